"""Jobs that nobody wants any more: those that wait end at once, those that run end soon."""

import asyncio

import pytest

from application.jobs.queue_service import Asked
from application.jobs.run import Run
from domain.jobs.execution import EventKind, State
from domain.shared.errors import Conflict
from tests.behaviour.jobs import JOB, SECOND, Heard, Told, ask_one, claimed, effects, history, nothing, worker
from tests.behaviour.refusals import assert_refused
from tests.behaviour.test_jobs_fencing import have_effect
from tests.behaviour.test_jobs_limits import for_ever
from tests.behaviour.world import World


async def test_one_that_waits_ends_at_once(world: World) -> None:
    job, heard = await ask_one(world), Heard()
    ended = await world.queue.cancel(job.id)
    assert (ended.state, ended.finished_at) == (State.CANCELLED, world.clock.now())
    assert await history(world, job) == [EventKind.ENQUEUED, EventKind.CANCELLED]
    other = await ask_one(world, "other")
    async with worker(world, nothing, observer=heard):
        (done,) = await heard.until(EventKind.COMPLETED)
    assert done.id == other.id
    await assert_refused(world, world.queue.cancel(job.id), Conflict, "JOB_STATE")
    await assert_refused(world, world.queue.retry(job.id), Conflict, "JOB_STATE")


async def test_one_that_runs_ends_soon(world: World) -> None:
    job, heard = await ask_one(world), Heard()
    async with worker(world, for_ever, observer=heard):
        await heard.until(EventKind.ACTIVE)
        for _ in range(2):
            asked = await world.queue.cancel(job.id)
            assert (asked.state, asked.cancel_asked) == (State.ACTIVE, True)
        (ended,) = await heard.until(EventKind.CANCELLED)
    assert (ended.state, ended.failure, ended.cancel_asked) == (State.CANCELLED, None, False)
    assert await world.queue.get(job.id) == ended
    assert await history(world, job) == [EventKind.ENQUEUED, EventKind.ACTIVE, EventKind.CANCELLED]


async def test_one_that_refuses_to_end_is_left(world: World) -> None:
    job, heard = await ask_one(world), Heard()
    go_on = asyncio.Event()

    async def handler(_: Run[Told]) -> None:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue

    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.ACTIVE)
        await world.queue.cancel(job.id)
        await heard.until(EventKind.CANCELLED)
        go_on.set()
    assert (await world.queue.get(job.id)).state is State.CANCELLED


@pytest.mark.parametrize("way", ["returning", "in its own commit"])
async def test_one_that_completes_meanwhile_has_completed(world: World, way: str) -> None:
    job, heard = await ask_one(world), Heard()

    async def handler(run: Run[Told]) -> None:
        await world.queue.cancel(job.id)
        if way == "in its own commit":
            await have_effect(run.ending(world.transactions), world)

    async with worker(world, handler, observer=heard):
        (done,) = await heard.until(EventKind.COMPLETED)
    assert await world.queue.get(job.id) == done
    assert (done.state, done.cancel_asked) == (State.COMPLETED, False)
    assert await effects(world) == (["done"] if way == "in its own commit" else [])


async def test_one_that_fails_meanwhile_is_not_tried_again(world: World) -> None:
    job, heard = await ask_one(world), Heard()

    async def handler(_: Run[Told]) -> None:
        await world.queue.cancel(job.id)
        raise RuntimeError("no")

    async with worker(world, handler, observer=heard, lease=60) as running:
        await heard.until(EventKind.RETRYING)
        assert (await world.queue.get(job.id)).cancel_asked
        world.clock.advance(SECOND)
        running.wake(JOB.queue)
        (ended,) = await heard.until(EventKind.CANCELLED)
    assert ended.attempt == 2
    assert await world.queue.get(job.id) == ended


async def test_one_that_is_given_back_is_not_run_again(world: World) -> None:
    calls = 0

    async def handler(_: Run[Told]) -> None:
        nonlocal calls
        calls += 1

    job, heard = await ask_one(world), Heard()
    (mine,) = await claimed(world)
    await world.queue.cancel(job.id)
    await world.runs.settle([mine.release()], {}, world.clock.now())
    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.CANCELLED)
    assert calls == 0


async def test_one_that_is_to_be_tried_again_ends_at_once(world: World) -> None:
    async def handler(_: Run[Told]) -> None:
        raise RuntimeError("no")

    job, heard = await ask_one(world, asked=Asked(key="key")), Heard()
    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.RETRYING)
        assert (await world.queue.cancel(job.id)).state is State.CANCELLED
    assert await world.runs.next_due([JOB.queue]) == {}
    assert (await world.queue.request(JOB, Told(), Asked(key="key"))).execution.state is State.CANCELLED
