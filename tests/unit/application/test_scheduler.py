"""The scheduler: looks when something is due, goes on whatever happens, and stops in good order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from application.jobs.schedules.scheduler import Scheduler
from application.shared.store import StoreBusy, StoreError
from domain.shared.errors import Invalid
from tests.behaviour.scheduling import Scheduling, plan
from tests.behaviour.world import World
from tests.faults.waiting import until

HOUR = timedelta(hours=1)
LOOK_S, PATIENCE_S = 0.01, 10.0


class Ticker:
    """Ticks, unless it has something to raise first; `gate` holds it up."""

    def __init__(self, tick: Callable[[int], Awaitable[int]], *errors: Exception) -> None:
        self._tick, self._errors = tick, list(errors)
        self.gate = asyncio.Event()
        self.gate.set()
        self.waits = asyncio.Event()
        self.ticks = 0

    async def __call__(self, limit: int) -> int:
        self.ticks += 1
        self.waits.set()
        if self._errors:
            raise self._errors.pop(0)
        await self.gate.wait()
        return await self._tick(limit)


@pytest.fixture
def scheduling(world: World) -> Scheduling:
    return Scheduling(world)


def scheduler(scheduling: Scheduling, ticker: Ticker) -> Scheduler:
    world = scheduling.world
    plans = [plan("settings")]
    return Scheduler(scheduling.declare, ticker, world.schedule_queries, world.clock, plans, LOOK_S)  # type: ignore[arg-type]


async def jobs_come(scheduling: Scheduling, count: int) -> None:
    async def come() -> bool:
        return len(await scheduling.jobs()) >= count

    assert await until(come, PATIENCE_S)


async def test_it_declares_and_then_starts_what_is_due(world: World, scheduling: Scheduling) -> None:
    ticker = Ticker(scheduling.tick)
    async with scheduler(scheduling, ticker):
        assert [each.plan.name for each in await world.schedule_queries.schedules(10)] == ["settings"]
        await scheduling.added(name="added meanwhile")
        world.clock.advance(HOUR)
        await jobs_come(scheduling, 2)
    before = ticker.ticks
    await asyncio.sleep(5 * LOOK_S)
    assert ticker.ticks == before


async def test_it_goes_on_after_whatever_went_wrong(
    world: World, scheduling: Scheduling, caplog: pytest.LogCaptureFixture
) -> None:
    ticker = Ticker(scheduling.tick, StoreBusy("gone"), StoreError("refused"), RuntimeError("a bug"))
    async with scheduler(scheduling, ticker):
        world.clock.advance(HOUR)
        await jobs_come(scheduling, 1)
    levels = [record.levelno for record in caplog.records if record.name.endswith("scheduler")]
    assert levels == [logging.WARNING, logging.WARNING, logging.ERROR]


async def test_stopping_waits_for_the_tick_under_way(world: World, scheduling: Scheduling) -> None:
    ticker = Ticker(scheduling.tick)
    ticker.gate.clear()
    running = scheduler(scheduling, ticker)
    await running.__aenter__()
    world.clock.advance(HOUR)
    await ticker.waits.wait()
    leaving = asyncio.create_task(running.__aexit__())
    await asyncio.sleep(LOOK_S)
    assert not leaving.done()
    ticker.gate.set()
    await leaving
    assert len(await scheduling.jobs()) == 1


async def test_a_schedule_of_the_settings_that_cannot_be_used_stops_it_at_once(scheduling: Scheduling) -> None:
    ticker = Ticker(scheduling.tick)
    world = scheduling.world
    broken = Scheduler(
        scheduling.declare,
        ticker,  # type: ignore[arg-type]
        world.schedule_queries,
        world.clock,
        [plan("settings", payload='{"else": 1}')],
    )
    with pytest.raises(Invalid):
        await broken.__aenter__()
    assert ticker.ticks == 0
    assert await scheduling.world.schedule_queries.schedules(10) == []
