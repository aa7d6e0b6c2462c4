"""A worker: takes jobs that are due, runs them side by side, and settles what became of them.

The store is the truth. A wake-up only makes a lane look sooner than it would by itself: none has to arrive.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Self

from application.jobs.bounds import WorkerBounds
from application.jobs.lane import Lane
from application.jobs.observers import Announcer, Observer
from application.jobs.ports import JobsTransactions, Runs
from application.jobs.reap import Reap
from application.jobs.run import Works
from application.jobs.runner import Runner
from application.jobs.watch import Watch
from application.shared.ports import Clock
from application.shared.store import StoreError
from domain.jobs.execution import EventKind, Queue, Step
from domain.shared.errors import Unavailable

_log = logging.getLogger(__name__)


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
        self._observer = observer
        self._runner = Runner(runs, works, clock, bounds, announcer, self, self._freed)
        self._watch = Watch(self._runner, runs, works, clock, bounds)
        self._reap = Reap(transactions, works, clock, announcer, self)
        self._lanes = {
            queue: Lane(queue, self._slots(queue), name, runs, self._runner, clock, bounds) for queue in queues
        }
        self._tasks: list[asyncio.Task[None]] = []
        self._pumps: list[asyncio.Task[None]] = []
        self.stopping = False

    async def __aenter__(self) -> Self:
        self._pumps = [asyncio.create_task(lane.run()) for lane in self._lanes.values()]
        keep = self._watch.keep_time, self._watch.keep_leases, self._poll, self._keep_reaping
        self._tasks = [asyncio.create_task(each()) for each in keep]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopping = True
        for lane in self._lanes.values():
            lane.close()
        await asyncio.gather(*self._pumps)
        await self._watch.stop()
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
            self._wake_in((step.execution.due_at - self._clock.now()).total_seconds(), step.execution.queue)
        self._observer.happened(step)

    def _slots(self, queue: Queue) -> int:
        return self._bounds.trade_slots if queue is Queue.TRADES else self._bounds.slots

    def _freed(self, queue: Queue) -> None:
        self._lanes[queue].freed()

    def _wake_in(self, seconds: float, queue: Queue) -> None:
        asyncio.get_running_loop().call_later(max(seconds, 0), self.wake, queue)

    async def _poll(self) -> None:
        """Find what is due though nobody told, or soon will be."""

        async def look() -> None:
            now = self._clock.now()
            for queue, due_at in (await self._runs.next_due(self._lanes.keys())).items():
                if (seconds := (due_at - now).total_seconds()) <= self._bounds.poll:
                    self._wake_in(seconds, queue)

        await self._every(self._bounds.poll, look, "cannot look for jobs")

    async def _keep_reaping(self) -> None:
        async def reap() -> None:
            while await self._reap(self._bounds.reap_batch) == self._bounds.reap_batch:
                continue

        await self._every(self._bounds.reap, reap, "cannot look for lost jobs")

    async def _every(self, seconds: float, step: Callable[[], Awaitable[None]], trouble: str) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await step()
            except (Unavailable, StoreError) as error:
                _log.warning("%s: %s", trouble, error)
