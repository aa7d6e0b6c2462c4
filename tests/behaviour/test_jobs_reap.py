"""Jobs whose worker fell silent: found when their lease has ended, and a try less."""

import asyncio
from datetime import timedelta

from application.jobs.observers import Silent
from application.jobs.ports import Held
from application.jobs.reap import Reap
from application.jobs.run import Run, Work
from domain.jobs.execution import EventKind, State
from domain.jobs.retry import DEFAULT_RETRIES
from tests.behaviour.jobs import (
    JOB,
    LEASE,
    SECOND,
    Announces,
    Heard,
    Told,
    ask,
    ask_one,
    claimed,
    effects,
    nothing,
    worker,
)
from tests.behaviour.world import World
from tests.fakes.faulty_runs import FaultyRuns, do_nothing

MOMENT = timedelta(microseconds=1)


def reaper(world: World, heard: Heard | None = None) -> Reap:
    return Reap(world.transactions, {JOB.name: Work(JOB, nothing)}, world.clock, Announces(world), heard or Silent())


async def test_what_is_lost_is_found_and_tried_again(world: World) -> None:
    job, heard = await ask_one(world), Heard()
    await claimed(world)
    world.clock.advance(LEASE - MOMENT)
    assert await reaper(world, heard)(10) == 0
    world.clock.advance(MOMENT)
    assert await reaper(world, heard)(10) == 1
    found = await world.queue.get(job.id)
    assert (found.state, found.due_at, found.failures) == (State.RETRYING, world.clock.now() + SECOND, 1)
    assert found.failure is not None
    assert found.failure.code == "WORKER_LOST"
    assert [kind for _, kind in heard.steps] == [EventKind.RETRYING]
    assert await reaper(world, heard)(10) == 0
    assert await effects(world) == []


async def test_a_job_that_kills_its_workers_is_a_dead_letter_in_the_end(world: World) -> None:
    job = await ask_one(world)
    for failures in range(1, 5):
        assert len(await claimed(world)) == 1
        world.clock.advance(LEASE)
        assert await reaper(world)(10) == 1
        delay = DEFAULT_RETRIES.after(failures)
        world.clock.advance(delay or timedelta(0))
    dead = await world.queue.get(job.id)
    assert (dead.state, dead.attempt, dead.failures) == (State.DEAD_LETTER, 4, 4)
    assert await effects(world) == [f"dead {job.id}"]
    assert await claimed(world) == []


async def test_the_longest_lost_come_first_and_not_all_at_once(world: World) -> None:
    await ask(world, times=5)
    lost = []
    for _ in range(5):
        lost += await claimed(world)
        world.clock.advance(MOMENT)
    world.clock.advance(LEASE)
    assert [await reaper(world)(2) for _ in range(4)] == [2, 2, 1, 0]
    events = [await world.job_queries.events(job.id, 9) for job in lost]
    assert all(event[-1].kind is EventKind.RETRYING for event in events)


async def test_one_whose_lease_was_prolonged_is_not_lost(world: World) -> None:
    await ask_one(world)
    (mine,) = await claimed(world)
    world.clock.advance(LEASE)
    until = world.clock.now() + LEASE
    await world.runs.renew([Held(mine.id, mine.attempt)], until)
    assert await reaper(world)(10) == 0
    assert (await world.queue.get(mine.id)).lease_until == until


async def test_one_that_was_to_be_cancelled_ends_so(world: World) -> None:
    await ask_one(world)
    (mine,) = await claimed(world)
    await world.queue.cancel(mine.id)
    world.clock.advance(LEASE)
    assert await reaper(world)(10) == 1
    assert (await world.queue.get(mine.id)).state is State.CANCELLED


async def test_two_reapers_count_it_once(world: World) -> None:
    jobs = await ask(world, times=20)
    await claimed(world, 20)
    world.clock.advance(LEASE)
    found = await asyncio.gather(*(reaper(world)(20) for _ in range(4)))
    assert sum(found) == 20
    assert {(await world.queue.get(job.id)).failures for job in jobs} == {1}


async def test_a_worker_finds_what_another_lost(world: World) -> None:
    job, heard = await ask_one(world), Heard()
    await claimed(world)
    world.clock.advance(LEASE)
    async with worker(world, nothing, observer=heard, reap=0.01) as running:
        await heard.until(EventKind.RETRYING)
        world.clock.advance(SECOND)
        running.wake(JOB.queue)
        (done,) = await heard.until(EventKind.COMPLETED)
    assert (done.id, done.attempt, done.failures, done.failure) == (job.id, 2, 1, None)


async def test_a_worker_prolongs_the_leases_of_what_it_runs(world: World) -> None:
    go_on, heard, renewed = asyncio.Event(), Heard(), asyncio.Semaphore(0)

    async def after(call: str) -> None:
        if call == "renew":
            renewed.release()

    async def handler(_: Run[Told]) -> None:
        await go_on.wait()

    job = await ask_one(world)
    async with worker(world, handler, observer=heard, runs=FaultyRuns(world.runs, do_nothing, after), lease=0.06):
        await heard.until(EventKind.ACTIVE)
        for _ in range(3):
            world.clock.advance(timedelta(seconds=0.06))
            await renewed.acquire()
            await renewed.acquire()  # the first one may have begun before
            lease = (await world.queue.get(job.id)).lease_until
            assert lease == world.clock.now() + timedelta(seconds=0.06)
        go_on.set()


async def test_who_lost_a_job_stops_it_and_keeps_the_one_it_took_again(world: World) -> None:
    """As after a call that blocked the whole process: it has the job twice, and only the second time rightly."""
    ends: list[tuple[int, str]] = []
    heard, go_on = Heard(), asyncio.Event()

    async def handler(run: Run[Told]) -> None:
        try:
            await go_on.wait()
            ends.append((run.execution.attempt, "done"))
        except asyncio.CancelledError:
            ends.append((run.execution.attempt, "stopped"))
            go_on.set()
            raise

    job = await ask_one(world)
    async with worker(world, handler, observer=heard, lease=0.3) as running:
        (first,) = await heard.until(EventKind.ACTIVE)
        await world.runs.settle([first.release()], {}, world.clock.now())
        running.wake(JOB.queue)
        await heard.until(EventKind.COMPLETED)
    assert ends == [(1, "stopped"), (2, "done")]
    assert (await world.queue.get(job.id)).attempt == 2
