"""The scheduler: ticks when the next schedule is due, and looks each second whether one was added."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Self

from application.jobs.schedules.declare_schedules import DeclareSchedules
from application.jobs.schedules.ports import ScheduleQueries
from application.jobs.schedules.tick import Tick
from application.shared.ports import Clock
from application.shared.store import StoreError
from domain.jobs.schedule import Plan
from domain.shared.errors import Unavailable

LOOK_SECONDS = 1.0
LEAST_SECONDS = 0.02
"""Between two looks, also where another scheduler has what is due."""

BATCH = 100
"""Schedules that one tick takes."""

_log = logging.getLogger(__name__)


class Scheduler:
    """An async context manager; any number of them may run at the same time.

    Entering it stores the schedules of the settings, leaving it waits for the tick under way.
    """

    def __init__(
        self,
        declare: DeclareSchedules,
        tick: Tick,
        queries: ScheduleQueries,
        clock: Clock,
        plans: Sequence[Plan],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._declare = declare
        self._tick = tick
        self._queries = queries
        self._clock = clock
        self._plans = plans
        self._look_seconds = look_seconds
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Raises NotFound and Invalid where a schedule of the settings cannot be used, and Unavailable."""
        await self._declare(self._plans)
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await self._task

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = await self._work()
            except (Unavailable, StoreError) as error:
                _log.warning("schedules cannot be looked at: %s", error)
                pause = self._look_seconds
            except Exception:  # noqa: BLE001 - whatever it was, the next tick comes
                _log.exception("a tick of the scheduler failed")
                pause = self._look_seconds
            await self._sleep(pause)

    async def _work(self) -> float:
        """Start what is due: seconds until the next look."""
        while await self._tick(BATCH) == BATCH:
            continue
        next_at = await self._queries.next_at()
        if next_at is None:
            return self._look_seconds
        return min(max((next_at - self._clock.now()).total_seconds(), LEAST_SECONDS), self._look_seconds)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass
