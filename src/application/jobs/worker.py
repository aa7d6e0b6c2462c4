"""A worker: takes jobs that are due, runs them side by side, and settles what became of them.

The store is the truth. A wake-up only makes a lane look sooner than it would by itself: none has to arrive.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Self

from application.jobs.bounds import WorkerBounds
from application.jobs.failures import tell_of
from application.jobs.lane import Lane
from application.jobs.observers import Announcer, Careful, Observer
from application.jobs.ports import JobsTransactions, Runs
from application.jobs.reap import Reap
from application.jobs.run import Works
from application.jobs.runner import Runner
from application.jobs.watch import Watch
from application.shared.ports import Clock
from domain.jobs.execution import EventKind, Queue, Step

RENEWALS = 3
"""Of a lease, before it would end."""

SOON = 60.0
"""Seconds: jobs that are tried again later than that are found by looking."""

TIMERS_ERR = 0.002
"""Seconds by which a timer may be early, when the job would not be due yet."""


class Worker:
    """An async context manager: leaving it lets jobs end for a bounded time and gives the others back; it is `stopping`
    meanwhile."""

    def __init__(
        self,
        transactions: JobsTransactions,
        runs: Runs,
        works: Works,
        clock: Clock,
        bounds: WorkerBounds,
        announcer: Announcer,
        observer: Observer,
        name: str,
        queues: Collection[Queue] = tuple(Queue),
    ) -> None:
        self._clock = clock
        self._bounds = bounds
        self._runs = runs
        self._careful = careful = Careful(announcer, observer)
        self._runner = Runner(runs, works, clock, bounds, careful, self, self._freed, self._suspect_ended)
        self._watch = Watch(self._runner, runs, clock, bounds)
        self._reap = Reap(transactions, works, clock, careful, self)
        self._lanes = {
            queue: Lane(queue, self._slots(queue), name, runs, self._runner, clock, bounds) for queue in queues
        }
        self._tasks: list[asyncio.Task[None]] = []
        self._pumps: list[asyncio.Task[None]] = []
        self.stopping = False

    async def __aenter__(self) -> Self:
        bounds = self._bounds
        self._pumps = [asyncio.create_task(lane.run()) for lane in self._lanes.values()]
        self._tasks = [
            asyncio.create_task(_every(bounds.watch, self._watch.keep_time, "time limits are not kept")),
            asyncio.create_task(_every(bounds.lease / RENEWALS, self._watch.keep_leases, "leases are not prolonged")),
            asyncio.create_task(_every(bounds.poll, self._look, "cannot look for jobs")),
            asyncio.create_task(_every(bounds.reap, self._reap_all, "cannot look for lost jobs")),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopping = True
        try:
            for lane in self._lanes.values():
                lane.close()
            await asyncio.gather(*self._pumps)
            await self._watch.stop()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def wake(self, queue: Queue) -> None:
        """Look for jobs of a queue now."""
        if queue in self._lanes:
            self._lanes[queue].wake()

    def happened(self, step: Step) -> None:
        """A job that is tried again is taken the moment that it is due."""
        if step.event is EventKind.RETRYING:
            self._wake_at(step.execution.due_at, step.execution.queue)
        self._careful.happened(step)

    def _slots(self, queue: Queue) -> int:
        wide = {Queue.TRADES: self._bounds.trade_slots, Queue.NOTIFICATIONS: self._bounds.notice_slots}
        return wide.get(queue, self._bounds.slots)

    def _freed(self, queue: Queue) -> None:
        self._lanes[queue].freed()

    def _suspect_ended(self) -> None:
        for lane in self._lanes.values():
            lane.suspect_ended()

    def _wake_at(self, due_at: datetime, queue: Queue) -> None:
        seconds = (due_at - self._clock.now()).total_seconds()
        if seconds <= SOON:
            asyncio.get_running_loop().call_later(max(seconds, 0) + TIMERS_ERR, self.wake, queue)

    async def _look(self) -> None:
        """Find what is due though nobody told, or soon will be."""
        horizon = self._clock.now() + timedelta(seconds=self._bounds.poll)
        for queue, due_at in (await self._runs.next_due(self._lanes.keys())).items():
            if due_at <= horizon:
                self._wake_at(due_at, queue)

    async def _reap_all(self) -> None:
        while await self._reap(self._bounds.reap_batch) == self._bounds.reap_batch:
            continue


async def _every(seconds: float, step: Callable[[], Awaitable[None]], trouble: str) -> None:
    """Do it for ever, whatever it meets."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - without it jobs would never be cut, found or kept again
            tell_of(trouble, error)
