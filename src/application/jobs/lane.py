"""A lane: takes the jobs of one queue as they become due, as many as may run at once, in their order."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from application.jobs.bounds import WorkerBounds
from application.jobs.failures import tell_of
from application.jobs.ports import Runs
from application.jobs.runner import Runner
from application.shared.ports import Clock
from domain.jobs.execution import Execution, Queue

REFILL = 4
"""A lane that had to leave jobs in line takes more when this part of its places is free."""


class Lane:
    """Sleeps while there is nothing due; `wake` makes it look."""

    def __init__(
        self, queue: Queue, slots: int, name: str, runs: Runs, runner: Runner, clock: Clock, bounds: WorkerBounds
    ) -> None:
        self.queue = queue
        self._slots = slots
        self._name = name
        self._runs = runs
        self._runner = runner
        self._clock = clock
        self._bounds = bounds
        self._look = asyncio.Event()
        self._more = False
        self._suspects = False
        self._closed = False

    def wake(self) -> None:
        """Look for jobs now."""
        self._look.set()

    def freed(self) -> None:
        """There is a place for another job."""
        if self._more and (not self._runner.active[self.queue] or self._free() * REFILL >= self._slots):
            self._look.set()

    def suspect_ended(self) -> None:
        """The next suspect job may be taken."""
        if self._suspects:
            self._look.set()

    def close(self) -> None:
        """Take no more."""
        self._closed = True
        self._look.set()

    async def run(self) -> None:
        """Take what becomes due, until closed."""
        while not self._closed:
            self._look.clear()
            if free := self._free():
                await self._take(min(free, self._bounds.claim_batch))
            if not (self._more and self._free()):
                await self._look.wait()

    def _free(self) -> int:
        """Places for jobs; some more may be held whose end is being stored, and a suspect one takes none."""
        active, held = self._runner.active[self.queue], self._runner.held[self.queue]
        return max(0, min(self._slots - active, 2 * self._slots - held))

    async def _take(self, free: int) -> None:
        lease = timedelta(seconds=self._bounds.lease)
        allowed = self._runner.make_way_for_suspect()
        taken: Sequence[Execution] = ()
        try:
            taken = await self._runs.claim(self.queue, free, self._name, self._clock.now(), lease, int(allowed))
        except Exception as error:  # noqa: BLE001 - a lane that ends would silence its queue for ever
            tell_of(f"no jobs can be taken of queue {self.queue}", error)
        suspects = sum(execution.suspect for execution in taken)
        self._suspects = suspects > 0 or not allowed
        self._more = len(taken) - suspects >= free
        if allowed and not suspects:
            self._runner.no_suspect()
        for execution in taken:
            self._runner.start(execution)
