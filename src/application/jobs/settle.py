"""Settle what became of jobs: many in one statement, however each of them ended."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from application.jobs.bounds import WorkerBounds
from application.jobs.observers import Announcer, Silent
from application.jobs.ports import Runs
from application.shared.ports import Clock
from application.shared.store import StoreError
from domain.jobs.execution import EventKind, Execution, Failure, State, Step
from domain.shared.errors import Unavailable

UNKEPT = Failure("JOB_RESULT", "The store cannot keep what the job left behind; change its handler.")

SILENT = Silent()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settle:
    """What was stored of each job, nothing where it was held no more.

    Raises Unavailable where the store stays away: the leases then end.
    """

    runs: Runs
    clock: Clock
    announcer: Announcer
    bounds: WorkerBounds

    async def __call__(self, steps: Sequence[Step]) -> Sequence[Step | None]:
        """Store them; what the store refuses is the fault of one job alone. Raises StoreError for that one."""
        if len({step.execution.id for step in steps}) < len(steps):  # two tries of one job, of which one was lost
            return await self._halved(steps)
        try:
            return await self._try(steps, self.announcer)
        except StoreError as error:
            if len(steps) > 1:
                return await self._halved(steps)
            _log.error("the store refuses the end of job %s: %s", steps[0].execution.id, error)
            return await self._alone(steps[0])

    async def _halved(self, steps: Sequence[Step]) -> Sequence[Step | None]:
        middle = len(steps) // 2
        return [*await self(steps[:middle]), *await self(steps[middle:])]

    async def _try(self, steps: Sequence[Step], announcer: Announcer) -> Sequence[Step | None]:
        attempt = 1
        while True:
            try:
                follow_ups = await announcer.follow_ups(steps)
                held = await self.runs.settle(steps, follow_ups, self.clock.now())
                return [step if mine else None for step, mine in zip(steps, held, strict=True)]
            except Unavailable:
                if attempt == self.bounds.settle_attempts:
                    raise
            await asyncio.sleep(self.bounds.settle_pause * attempt)
            attempt += 1

    async def _alone(self, step: Step) -> Sequence[Step | None]:
        """Without the jobs that follow from it, or else as a dead letter."""
        try:
            return await self._try([step], SILENT)
        except StoreError:
            return await self._try([Step(self._buried(step.execution), EventKind.DEAD)], SILENT)

    def _buried(self, ended: Execution) -> Execution:
        now = self.clock.now()
        return replace(ended, state=State.DEAD_LETTER, result=None, failure=UNKEPT, finished_at=now)
