"""When a job is tried again, to the microsecond, and when no more."""

import asyncio
from datetime import timedelta

import pytest

from application.jobs.contracts import Contract
from application.jobs.queue_service import Asked
from application.jobs.run import Run
from domain.jobs.execution import EventKind, State
from domain.jobs.retry import Delays
from domain.shared.errors import Conflict, Invalid, NotFound
from domain.shared.ids import JobId
from entrypoints.world import SystemClock
from tests.behaviour.jobs import JOB, Heard, Told, ask_one, history, nothing, worker
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World

MOMENT = timedelta(microseconds=1)
AT_ONCE_DEAD = Contract(name=JOB.name, queue=JOB.queue, payload=Told, retries=Delays(()))
TRIED = [EventKind.ACTIVE, EventKind.RETRYING]


async def fail(_: Run[Told]) -> None:
    raise RuntimeError("no")


async def test_after_exactly_1_5_and_30_seconds_and_then_no_more(world: World) -> None:
    job, heard, started = await ask_one(world), Heard(), world.clock.now()
    async with worker(world, fail, observer=heard) as running:
        for attempt, seconds in enumerate((1, 5, 30), start=1):
            await heard.until(EventKind.RETRYING, attempt)
            due_at = (await world.queue.get(job.id)).due_at
            assert due_at == world.clock.now() + timedelta(seconds=seconds)
            world.clock.time = due_at - MOMENT
            assert await world.runs.next_due([job.queue]) == {job.queue: due_at}
            running.wake(job.queue)
            await asyncio.sleep(0.02)
            assert len(heard.steps) == 2 * attempt
            world.clock.time = due_at
            running.wake(job.queue)
        await heard.until(EventKind.DEAD)
    dead = await world.queue.get(job.id)
    assert dead.finished_at == started + timedelta(seconds=36)
    assert (dead.state, dead.attempt, dead.failures, dead.started_at) == (State.DEAD_LETTER, 4, 4, started)
    assert dead.failure is not None
    assert "RuntimeError: no" in (dead.failure.traceback or "")
    assert await history(world, job) == [EventKind.ENQUEUED, *3 * TRIED, EventKind.ACTIVE, EventKind.DEAD]


async def test_once_for_real(world: World) -> None:
    """Nobody looks or wakes in between: only the worker's own timer does, and never too early to find the job due."""
    delays = timedelta(milliseconds=150), timedelta(milliseconds=300)
    contract, heard = Contract(name=JOB.name, queue=JOB.queue, payload=Told, retries=Delays(delays)), Heard()
    job = await ask_one(world, contract=contract, asked=Asked(due_at=SystemClock().now()))
    async with worker(world, fail, observer=heard, contract=contract, clock=SystemClock()):
        await heard.until(EventKind.DEAD)
    due = [tried.due_at for tried in await heard.until(EventKind.RETRYING, 2)]
    taken = [event.at for event in await world.job_queries.events(job.id, 9) if event.kind is EventKind.ACTIVE]
    assert all(at >= when for at, when in zip(taken[1:], due, strict=True))


async def test_a_job_that_is_not_due_yet_is_found_by_looking_ahead(world: World) -> None:
    """Of a job that another process asked for nobody here knows; who looks in time takes it when it is due."""
    clock, heard = SystemClock(), Heard()
    due_at = clock.now() + timedelta(milliseconds=200)
    await ask_one(world, asked=Asked(due_at=due_at))
    async with worker(world, nothing, observer=heard, clock=clock, poll=0.15):
        (done,) = await heard.until(EventKind.COMPLETED)
    assert done.started_at is not None
    assert done.started_at >= due_at


@pytest.mark.parametrize("asked", [EventKind.DEAD, EventKind.FAILED])
async def test_tried_again_because_somebody_asked(world: World, asked: EventKind) -> None:
    refusing, heard = True, Heard()

    async def handler(run: Run[Told]) -> None:
        if refusing:
            raise Invalid("NO", "Do not.") if asked is EventKind.FAILED else RuntimeError("no")

    job = await ask_one(world, contract=AT_ONCE_DEAD)
    async with worker(world, handler, observer=heard, contract=AT_ONCE_DEAD) as running:
        await heard.until(asked)
        refusing = False
        again = await world.queue.retry(job.id)
        assert (again.state, again.failures, again.attempt) == (State.PENDING, 0, 1)
        running.wake(job.queue)
        (done,) = await heard.until(EventKind.COMPLETED)
    assert (done.attempt, done.failures, done.failure) == (2, 0, None)
    told = [EventKind.ENQUEUED, EventKind.ACTIVE, asked, EventKind.REQUEUED, EventKind.ACTIVE, EventKind.COMPLETED]
    assert await history(world, job) == told
    assert await world.queue.get(job.id) == done
    await assert_refused(world, world.queue.retry(job.id), Conflict, "JOB_STATE")


async def test_what_nobody_knows_is_not_tried_again(world: World) -> None:
    for change in (world.queue.retry, world.queue.cancel, world.queue.get):
        await assert_refused(world, change(JobId(world.ids.new())), NotFound, "JOB_NOT_FOUND")
