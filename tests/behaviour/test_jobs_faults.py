"""Workers when the store is away, answers are lost, or somebody's code breaks: they go on, and lose no job."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from application.jobs.ports import FollowUps
from application.jobs.run import Run
from application.shared.store import StoreBusy, StoreError
from domain.jobs.execution import EventKind, Execution, State, Step
from tests.behaviour.jobs import (
    JOB,
    QUICK,
    SECOND,
    Announces,
    Heard,
    Told,
    an_effect,
    ask,
    ask_one,
    effects,
    history,
    nothing,
    worker,
)
from tests.behaviour.test_jobs_fencing import have_effect
from tests.behaviour.world import World
from tests.fakes.faulty_runs import At, FaultyRuns, do_nothing

ERRORS = [StoreBusy("away"), StoreError("refused"), ZeroDivisionError("a bug")]


def failing(call: str, error: Exception, times: int) -> At:
    """Raises for the first so many of these calls."""
    left = times

    async def at(name: str) -> None:
        nonlocal left
        if name == call and left:
            left -= 1
            raise error

    return at


@pytest.mark.parametrize("failures", [1, QUICK.settle_attempts - 1])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_end_is_stored_once_though_the_store_was_away(world: World, failures: int, when: str) -> None:
    """Or though its answer was lost, so that it is not known whether it was stored."""

    async def handler(run: Run[Told]) -> None:
        await have_effect(run.fenced(world.transactions), world)

    busy, heard = failing("settle", StoreBusy("away"), failures), Heard()
    job = await ask_one(world)
    runs = FaultyRuns(world.runs, busy) if when == "before" else FaultyRuns(world.runs, do_nothing, busy)
    async with worker(world, handler, observer=heard, runs=runs, announcer=Announces(world)):
        await heard.until(EventKind.ACTIVE)
    assert (await world.queue.get(job.id)).state is State.COMPLETED
    assert await effects(world) == [f"completed {job.id}", "done"]
    assert await history(world, job) == [EventKind.ENQUEUED, EventKind.ACTIVE, EventKind.COMPLETED]


@pytest.mark.parametrize("error", [ERRORS[0], ERRORS[2]])
async def test_a_job_whose_end_cannot_be_stored_runs_again(world: World, error: Exception) -> None:
    calls, heard = 0, Heard()

    async def handler(run: Run[Told]) -> None:
        nonlocal calls
        calls += 1

    times = QUICK.settle_attempts if isinstance(error, StoreBusy) else 1
    runs = FaultyRuns(world.runs, failing("settle", error, times))
    job = await ask_one(world)
    async with worker(world, handler, observer=heard, runs=runs, reap=0.01) as running:
        while not (await world.queue.get(job.id)).failures:
            world.clock.advance(SECOND / 20)  # as nobody prolongs its lease any more, it ends
            await asyncio.sleep(0)
        world.clock.advance(SECOND)
        running.wake(JOB.queue)
        await heard.until(EventKind.COMPLETED)
    assert calls == 2
    assert (await world.queue.get(job.id)).failures == 1


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("call", ["claim", "next_due", "renew"])
async def test_a_worker_goes_on_after_a_call_that_failed(world: World, call: str, error: Exception) -> None:
    """Nobody wakes it: it finds the job by looking again."""
    heard, go_on = Heard(), asyncio.Event()

    async def handler(run: Run[Told]) -> None:
        await go_on.wait()

    runs = FaultyRuns(world.runs, failing(call, error, 2))
    async with worker(world, handler, observer=heard, runs=runs, poll=0.01, lease=0.03):
        first = await ask_one(world)
        await heard.until(EventKind.ACTIVE)
        await world.queue.cancel(first.id)  # which it learns when it prolongs the lease
        await heard.until(EventKind.CANCELLED)
        go_on.set()
        await ask_one(world, "second")
        await heard.until(EventKind.COMPLETED)


@pytest.mark.parametrize("error", ERRORS)
async def test_lost_jobs_are_found_though_looking_for_them_failed(world: World, error: Exception) -> None:
    """Here it is the announcer that fails in the midst of it; a fault of its own holds up nobody."""

    class Failing(Announces):
        left = 1

        async def follow_ups(self, steps: Sequence[Step]) -> FollowUps:
            self.left -= 1
            if self.left >= 0:
                raise error
            return await super().follow_ups(steps)

    heard, job = Heard(), await ask_one(world)
    await world.runs.claim(JOB.queue, 1, "lost", world.clock.now(), SECOND)
    world.clock.advance(SECOND)
    async with worker(world, nothing, observer=heard, announcer=Failing(world), reap=0.01) as running:
        await heard.until(EventKind.RETRYING)
        world.clock.advance(SECOND)
        running.wake(JOB.queue)
        await heard.until(EventKind.COMPLETED)
    assert (await world.queue.get(job.id)).failures == 1


class Broken(Heard):
    """An observer that always breaks."""

    def happened(self, step: Step) -> None:
        super().happened(step)
        raise ZeroDivisionError("a bug")


class Silly:
    """An announcer that always breaks, or wants to add what the store refuses."""

    def __init__(self, announce: Callable[[Step], list[Execution]]) -> None:
        self._announce = announce

    async def follow_ups(self, steps: Sequence[Step]) -> FollowUps:
        return {step.execution.id: self._announce(step) for step in steps}


async def test_an_observer_that_breaks_disturbs_nobody(world: World) -> None:
    jobs, heard = await ask(world, times=10), Broken()
    async with worker(world, nothing, observer=heard):
        await heard.until(EventKind.COMPLETED, 10)
    assert {(await world.queue.get(job.id)).state for job in jobs} == {State.COMPLETED}


@pytest.mark.parametrize("fault", ["a bug", "a row that the store refuses"])
@pytest.mark.parametrize("ending", [False, True])
async def test_a_job_whose_announcement_fails_has_ended_all_the_same(world: World, fault: str, ending: bool) -> None:
    def announce(_: Step) -> list[Execution]:
        if fault == "a bug":
            raise ZeroDivisionError("a bug")
        return [an_effect(world, "\0")]

    async def handler(run: Run[Told]) -> None:
        if ending and fault == "a bug":
            await have_effect(run.ending(world.transactions), world)

    jobs, heard = await ask(world, times=4), Heard()
    async with worker(world, handler, observer=heard, announcer=Silly(announce)):
        await heard.until(EventKind.COMPLETED, 4)
    assert {(await world.queue.get(job.id)).state for job in jobs} == {State.COMPLETED}


async def test_what_follows_is_added_once_with_each_end(world: World) -> None:
    async def handler(run: Run[Told]) -> None:
        if run.payload.text == "bad":
            raise RuntimeError("no")

    bad, good, heard = await ask_one(world, "bad"), await ask_one(world, "good"), Heard()
    async with worker(world, handler, observer=heard, announcer=Announces(world)):
        await heard.until(EventKind.COMPLETED)
        await heard.until(EventKind.RETRYING)
    assert await effects(world) == [f"completed {good.id}"]
    assert (await world.queue.get(bad.id)).state is State.RETRYING
