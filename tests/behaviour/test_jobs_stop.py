"""A worker that stops: what runs may end, and all the rest goes back to where it stood in line."""

import asyncio

import pytest

from application.jobs.run import Run
from domain.jobs.execution import EventKind, State
from tests.behaviour.jobs import JOB, QUICK, Heard, Told, ask, ask_one, claimed, history, nothing, worker
from tests.behaviour.test_jobs_limits import for_ever
from tests.behaviour.world import World
from tests.fakes.faulty_runs import FaultyRuns


async def test_what_runs_may_end(world: World) -> None:
    go_on, heard = asyncio.Event(), Heard()

    async def handler(_: Run[Told]) -> None:
        await go_on.wait()

    jobs = await ask(world, times=3 * QUICK.slots)
    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.ACTIVE, QUICK.slots)
        asyncio.get_running_loop().call_later(0.03, go_on.set)
    told = [await world.queue.get(job.id) for job in jobs]
    assert [job.state for job in told] == [State.COMPLETED] * QUICK.slots + [State.PENDING] * 2 * QUICK.slots
    assert [job.attempt for job in told[QUICK.slots :]] == [0] * 2 * QUICK.slots


async def test_what_does_not_end_in_time_is_given_back(world: World) -> None:
    job, heard = await ask_one(world), Heard()
    async with worker(world, for_ever, observer=heard, stop=0.02):
        await heard.until(EventKind.ACTIVE)
    (told,) = await heard.until(EventKind.RELEASED)
    assert await world.queue.get(job.id) == told
    assert (told.state, told.failures, told.due_at) == (State.PENDING, 0, job.due_at)
    assert await history(world, job) == [EventKind.ENQUEUED, EventKind.ACTIVE, EventKind.RELEASED]
    await ask_one(world)
    assert [taken.id for taken in await claimed(world)] == [job.id]


async def test_it_is_given_back_once_it_has_ended_and_not_before(world: World) -> None:
    """Else two would work at it at the same time."""
    heard = Heard()
    job = await ask_one(world)

    async def handler(_: Run[Told]) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            assert (await world.queue.get(job.id)).state is State.ACTIVE
            heard.happened((await world.queue.get(job.id)).tell(1, "tidied up"))

    async with worker(world, handler, observer=heard, stop=0, cancel=5):
        await heard.until(EventKind.ACTIVE)
    assert [kind for _, kind in heard.steps] == [EventKind.ACTIVE, EventKind.PROGRESS, EventKind.RELEASED]


async def test_one_that_refuses_to_end_is_given_back_too(world: World) -> None:
    go_on, ended, heard = asyncio.Event(), asyncio.Event(), Heard()

    async def handler(_: Run[Told]) -> None:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue
        ended.set()

    job = await ask_one(world)
    async with worker(world, handler, observer=heard, stop=0):
        await heard.until(EventKind.ACTIVE)
    assert (await world.queue.get(job.id)).state is State.PENDING
    go_on.set()
    await ended.wait()
    assert await history(world, job) == [EventKind.ENQUEUED, EventKind.ACTIVE, EventKind.RELEASED]


@pytest.mark.parametrize("stop", [0.0, 5.0])
async def test_what_it_was_about_to_take_is_not_lost(world: World, stop: float) -> None:
    """It stops while it waits for the store's answer."""
    claiming, go_on = asyncio.Event(), asyncio.Event()

    async def wait(call: str) -> None:
        if call == "claim":
            claiming.set()
            await go_on.wait()

    job = await ask_one(world)
    async with worker(world, nothing, runs=FaultyRuns(world.runs, wait), stop=stop):
        await claiming.wait()
        asyncio.get_running_loop().call_soon(go_on.set)
    told = await world.queue.get(job.id)
    assert told.state in (State.COMPLETED, State.PENDING)
    assert told.lease_until is None


async def test_nothing_is_taken_any_more(world: World) -> None:
    async with worker(world, nothing) as running:
        pass
    await ask_one(world)
    running.wake(JOB.queue)
    await asyncio.sleep(0)
    assert len(await claimed(world)) == 1


async def test_a_worker_that_is_cancelled_while_it_stops_leaves_no_task_behind(world: World) -> None:
    before, heard = asyncio.all_tasks(), Heard()

    async def run() -> None:
        async with worker(world, for_ever, observer=heard):
            await heard.until(EventKind.ACTIVE)

    await ask_one(world)
    running = asyncio.create_task(run())
    await heard.until(EventKind.ACTIVE)
    await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    left = asyncio.all_tasks() - before
    assert len(left) <= 1  # the job itself
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
