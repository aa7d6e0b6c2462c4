"""How far a job is: told as it goes, but not too often, and only by whoever has it."""

import pytest

from application.jobs.ports import LeaseLost
from application.jobs.run import Run
from application.shared.store import StoreBusy, StoreError
from domain.jobs.execution import MAX_MESSAGE_LENGTH, EventKind
from domain.shared.errors import Invalid
from tests.behaviour.jobs import NEVER, Heard, Told, ask_one, claimed, history, worker
from tests.behaviour.world import World
from tests.fakes.faulty_runs import FaultyRuns


async def test_it_is_told_as_it_goes(world: World) -> None:
    async def handler(run: Run[Told]) -> None:
        await run.progress(0, "Begun.")
        await run.progress(60, "Nearly.")

    job, heard = await ask_one(world), Heard()
    async with worker(world, handler, observer=heard):
        (done,) = await heard.until(EventKind.COMPLETED)
    assert await world.queue.get(job.id) == done
    assert (done.progress, done.message) == (100, "Nearly.")
    assert [(told.progress, told.message) for told, kind in heard.steps if kind is EventKind.PROGRESS] == [
        (0, "Begun."),
        (60, "Nearly."),
    ]
    events = await world.job_queries.events(job.id, 9)
    assert [(event.seq, event.kind, event.percent, event.message) for event in events] == [
        (1, EventKind.ENQUEUED, None, None),
        (2, EventKind.ACTIVE, None, None),
        (3, EventKind.PROGRESS, 0, "Begun."),
        (4, EventKind.PROGRESS, 60, "Nearly."),
        (5, EventKind.COMPLETED, None, None),
    ]
    assert await world.job_queries.events(job.id, 2, after=2) == events[2:4]


async def test_not_too_often(world: World) -> None:
    async def handler(run: Run[Told]) -> None:
        for percent in range(100):
            await run.progress(percent, "So far.")

    job, heard = await ask_one(world), Heard()
    async with worker(world, handler, observer=heard, progress=NEVER):
        await heard.until(EventKind.COMPLETED)
    assert (await history(world, job)).count(EventKind.PROGRESS) == 1


@pytest.mark.parametrize(("percent", "message"), [(-1, ""), (101, ""), (1, "x" * (MAX_MESSAGE_LENGTH + 1))])
async def test_what_is_no_progress_is_refused(world: World, percent: int, message: str) -> None:
    async def handler(run: Run[Told]) -> None:
        await run.progress(percent, message)

    heard = Heard()
    await ask_one(world)
    async with worker(world, handler, observer=heard):
        (failed,) = await heard.until(EventKind.FAILED)
    assert failed.failure is not None
    assert failed.failure.code == "JOB_PROGRESS"


@pytest.mark.parametrize("message", ["a\0b", "\ud800"])
async def test_a_message_that_the_store_cannot_keep_is_an_error(world: World, message: str) -> None:
    async def handler(run: Run[Told]) -> None:
        with pytest.raises(StoreError):
            await run.progress(1, message)
        await run.progress(2, "Good.")
        raise Invalid("OVER", "Look at the rest.")

    heard = Heard()
    await ask_one(world)
    async with worker(world, handler, observer=heard):
        (failed,) = await heard.until(EventKind.FAILED)
    assert (failed.progress, failed.message) == (2, "Good.")


async def test_who_lost_the_job_learns_it(world: World) -> None:
    job, heard = await ask_one(world), Heard()

    async def handler(run: Run[Told]) -> None:
        await world.runs.settle([run.execution.release()], {}, world.clock.now())
        await claimed(world)
        with pytest.raises(LeaseLost):
            await run.progress(1, "Mine?")
        heard.happened(run.execution.complete(None, world.clock.now()))

    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.COMPLETED)
    told = await world.queue.get(job.id)
    assert (told.state, told.attempt, told.progress) == ("active", 2, 0)


async def test_a_store_that_is_away_fails_no_job_over_its_progress(world: World) -> None:
    async def busy(call: str) -> None:
        if call == "progress":
            raise StoreBusy("deadlock")

    async def handler(run: Run[Told]) -> None:
        await run.progress(50, "Half.")

    heard = Heard()
    await ask_one(world)
    async with worker(world, handler, observer=heard, runs=FaultyRuns(world.runs, busy)):
        await heard.until(EventKind.COMPLETED)
    assert [kind for _, kind in heard.steps] == [EventKind.ACTIVE, EventKind.COMPLETED]
