"""How much a worker takes on at once, and what makes it look for more."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from application.jobs.bounds import WorkerBounds
from application.jobs.run import Run, Work
from domain.jobs.execution import EventKind, Queue, State
from domain.jobs.retry import Delays
from tests.behaviour.jobs import EFFECT, JOB, QUICK, Heard, Told, ask, ask_one, claimed, nothing, worker
from tests.behaviour.world import World
from tests.fakes.faulty_runs import FaultyRuns, do_nothing

TRADE = replace(JOB, name="test.trade", queue=Queue.TRADES)


class Busy:
    """A handler that counts how many run at once, and ends when it is told to."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.go_on = asyncio.Semaphore(0)
        self._begun = asyncio.Condition()

    async def __call__(self, _: Run[Told]) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        async with self._begun:
            self._begun.notify_all()
        await self.go_on.acquire()
        self.now -= 1

    async def until(self, count: int) -> None:
        """As soon as so many run."""
        async with self._begun:
            await self._begun.wait_for(lambda: self.now >= count)


async def active(world: World, queue: Queue = JOB.queue) -> int:
    (stats,) = [each for each in await world.queue.stats() if each.queue is queue]
    return stats.active


async def test_no_more_run_at_once_than_there_are_places(world: World) -> None:
    """There are more for trades, which the desk takes together."""
    jobs, trades, heard = Busy(), Busy(), Heard()
    await ask(world, times=3 * QUICK.slots)
    await ask(world, contract=TRADE, times=3 * QUICK.trade_slots)
    async with worker(world, {JOB.name: Work(JOB, jobs), TRADE.name: Work(TRADE, trades)}, observer=heard):
        await jobs.until(QUICK.slots)
        await trades.until(QUICK.trade_slots)
        assert (await active(world), await active(world, Queue.TRADES)) == (QUICK.slots, QUICK.trade_slots)
        for each, places in ((jobs, QUICK.slots), (trades, QUICK.trade_slots)):
            for _ in range(3 * places):
                each.go_on.release()
        await heard.until(EventKind.COMPLETED, 3 * QUICK.slots + 3 * QUICK.trade_slots)
    assert (jobs.most, trades.most) == (QUICK.slots, QUICK.trade_slots)


async def test_places_are_filled_again_when_some_are_free(world: World) -> None:
    """Nobody wakes the worker, and it does not look by itself."""
    busy, heard = Busy(), Heard()
    await ask(world, times=20)
    async with worker(world, busy, observer=heard, slots=8):
        await heard.until(EventKind.ACTIVE, 8)
        busy.go_on.release()
        await heard.until(EventKind.COMPLETED, 1)
        assert await active(world) == 7
        busy.go_on.release()
        await heard.until(EventKind.ACTIVE, 10)
        for _ in range(18):
            busy.go_on.release()
        await heard.until(EventKind.COMPLETED, 20)


async def test_one_place_is_enough(world: World) -> None:
    heard = Heard()
    await ask(world, times=30)
    async with worker(world, nothing, observer=heard, slots=1):
        await heard.until(EventKind.COMPLETED, 30)


async def test_what_waits_to_be_stored_holds_back_what_comes_after(world: World) -> None:
    """While ends cannot be stored a worker takes twice its places, and no more."""
    go_on, heard = asyncio.Event(), Heard()

    async def wait(call: str) -> None:
        if call == "settle":
            await go_on.wait()

    await ask(world, times=5 * QUICK.slots)
    async with worker(world, nothing, observer=heard, runs=FaultyRuns(world.runs, wait)) as running:
        await heard.until(EventKind.ACTIVE, 2 * QUICK.slots)
        for _ in range(5):
            running.wake(JOB.queue)
            assert await active(world) == 2 * QUICK.slots
        go_on.set()
        await heard.until(EventKind.COMPLETED, 5 * QUICK.slots)


async def test_a_wake_up_that_comes_while_it_looks_is_not_lost(world: World) -> None:
    looked, go_on, heard = asyncio.Event(), asyncio.Event(), Heard()

    async def after(call: str) -> None:
        if call == "claim" and not looked.is_set():
            looked.set()
            await go_on.wait()

    async with worker(world, nothing, observer=heard, runs=FaultyRuns(world.runs, do_nothing, after)) as running:
        await looked.wait()  # and found nothing
        await ask_one(world)
        running.wake(JOB.queue)
        go_on.set()
        await heard.until(EventKind.COMPLETED)


async def test_without_any_wake_up_it_looks_by_itself(world: World) -> None:
    heard = Heard()
    async with worker(world, nothing, observer=heard, poll=0.01):
        for count in range(1, 4):
            await ask_one(world)
            await heard.until(EventKind.COMPLETED, count)


async def test_a_worker_takes_from_its_own_queues_alone(world: World) -> None:
    heard, other = Heard(), await ask_one(world, contract=EFFECT)
    await ask_one(world)
    async with worker(world, nothing, observer=heard, poll=0.01) as running:
        running.wake(EFFECT.queue)
        await heard.until(EventKind.COMPLETED)
    assert (await world.queue.get(other.id)).state is State.PENDING


async def test_a_suspect_job_beside_a_full_lane_makes_it_take_no_more(world: World) -> None:
    """It is taken besides the others; the lane then waits for a place, and asks the store for nothing meanwhile."""
    claims, busy, heard = 0, Busy(), Heard()

    async def count(call: str) -> None:
        nonlocal claims
        claims += call == "claim"

    await ask_one(world)
    (lost,) = await claimed(world)
    await world.runs.settle([lost.lose(Delays((timedelta(0),)), world.clock.now())], {}, world.clock.now())
    await ask(world, times=3)
    async with worker(world, busy, observer=heard, runs=FaultyRuns(world.runs, count), slots=1) as running:
        await busy.until(2)
        for _ in range(5):
            running.wake(JOB.queue)
            assert await active(world) == 2
        assert claims <= 2
        for _ in range(4):
            busy.go_on.release()
        await heard.until(EventKind.COMPLETED, 4)
    assert (await world.queue.get(lost.id)).attempt == 2


async def test_suspect_jobs_follow_each_other_one_at_a_time(world: World) -> None:
    """In each queue, though nobody looks again: the end of one lets the next be taken."""
    busy, heard = Busy(), Heard()
    await ask(world, times=3)
    await ask(world, contract=TRADE, times=3)
    now = world.clock.now()
    taken = [*await claimed(world, 3), *await claimed(world, 3, TRADE.queue)]
    lost = [job.lose(Delays((timedelta(0),)), now) for job in taken]
    await world.runs.settle(lost, {}, now)
    works = {contract.name: Work(contract, busy) for contract in (JOB, TRADE)}
    async with worker(world, works, observer=heard) as running:
        for queue in (JOB.queue, TRADE.queue):
            running.wake(queue)
        for ended in range(6):
            await heard.until(EventKind.ACTIVE, ended + 1)
            busy.go_on.release()
            await heard.until(EventKind.COMPLETED, ended + 1)
    assert busy.most == 1


async def test_a_long_suspect_does_not_hold_up_the_others(world: World) -> None:
    go_on, heard = asyncio.Event(), Heard()
    now = world.clock.now()

    async def long(_: Run[Told]) -> None:
        await go_on.wait()

    await ask_one(world)
    await ask_one(world, contract=TRADE)
    taken = [*await claimed(world, 1), *await claimed(world, 1, TRADE.queue)]
    await world.runs.settle([job.lose(Delays((timedelta(0),)), now) for job in taken], {}, now)
    works = {JOB.name: Work(JOB, long), TRADE.name: Work(TRADE, nothing)}
    async with worker(world, works, observer=heard, suspect=0.05) as running:
        running.wake(JOB.queue)
        await heard.until(EventKind.ACTIVE, 1)
        running.wake(TRADE.queue)
        (first,) = await heard.until(EventKind.COMPLETED)
        assert first.queue is TRADE.queue
        go_on.set()
        await heard.until(EventKind.COMPLETED, 2)


def test_the_bounds_of_a_worker_fit_together() -> None:
    bounds = WorkerBounds()
    assert bounds.poll <= 1 < bounds.lease / 3
    assert bounds.reap + bounds.lease + bounds.poll < 20  # what was killed runs again in that time
    assert bounds.stop + bounds.cancel < 30
