"""Four schedulers on one database, killed in the middle of their transactions: each time starts one job."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from application.jobs.catalogue.system import PING
from domain.jobs.schedule import Plan, Schedule, Source
from domain.shared.ids import ScheduleId
from entrypoints.world import TimeOrderedIds
from tests.behaviour.stores import postgres_world
from tests.behaviour.world import World
from tests.faults.waiting import until
from tests.support import on_database

ROOT = Path(__file__).parents[2]
TICKERS, SCHEDULES, KILLS = 4, 125, 8
PATIENCE_S = 30.0
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
END = "UPDATE job_executions SET state = 'completed', finished_at = now() WHERE state = 'pending'"
LATER = datetime(9000, 1, 1, tzinfo=UTC)


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """One of its own for every test: processes on it are killed."""
    return own_database_url


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with postgres_world(database_url) as built:
        yield built


class Tickers:
    """Some that run; whichever is killed is followed by another."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._running: set[asyncio.Task[None]] = set()
        self._doomed = False
        self._killed = asyncio.Event()
        self.ended = 0

    async def start(self) -> None:
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        arguments, environment = ("-m", "tests.integration.ticker", self._url), os.environ | {"PYTHONPATH": path}
        ticker = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, env=environment, stdout=PIPE
        )
        self._running.add(asyncio.create_task(self._watch(ticker)))

    async def kill_one(self) -> None:
        """The first of those that are about to commit something."""
        self._doomed = True
        await self._killed.wait()
        self._killed.clear()
        await self.start()

    async def end(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _watch(self, ticker: Process) -> None:
        assert ticker.stdout
        try:
            async for _ in ticker.stdout:
                if self._doomed:
                    self._doomed = False
                    break
        finally:  # an end of its own counts like a kill, and is one too many
            ticker.kill()
            await ticker.wait()
            self.ended += 1
            self._killed.set()


@pytest.fixture
async def tickers(database_url: str) -> AsyncIterator[Tickers]:
    running = Tickers(database_url)
    try:
        for _ in range(TICKERS):
            await running.start()
        yield running
    finally:
        await running.end()


async def test_each_time_starts_one_job(world: World, tickers: Tickers, database_url: str) -> None:
    ids = TimeOrderedIds()
    async with world.transactions() as transaction:
        for number in range(SCHEDULES):
            plan = Plan(f"schedule {number}", PING.name, "{}", "0 0 1 1 *")
            await transaction.schedules.add(Schedule(ScheduleId(ids.new()), plan, Source.API, LATER, FIRST))
        await transaction.commit()
    for round_ in range(KILLS):
        at = FIRST + timedelta(hours=round_)
        killing = asyncio.create_task(tickers.kill_one())
        await asyncio.sleep(0.05)
        await on_database(database_url, "UPDATE job_schedules SET next_at = $1", at)
        await killing
        assert await until(partial(all_ticked, database_url), PATIENCE_S)
        await on_database(database_url, END)
    assert tickers.ended == KILLS
    tables = await world.tables()
    started = Counter(row["key"] for row in tables["job_executions"])
    rows = tables["job_schedules"]
    times = [FIRST + timedelta(hours=round_) for round_ in range(KILLS)]
    assert started == Counter(f"cron:{row['id']}:{at.isoformat()}" for row in rows for at in times)
    assert {(row["skipped"], row["trouble"], row["last_fire_at"]) for row in rows} == {(0, None, times[-1])}


async def all_ticked(url: str) -> bool:
    return await on_database(url, "SELECT 1 FROM job_schedules WHERE next_at < now() LIMIT 1") == []
