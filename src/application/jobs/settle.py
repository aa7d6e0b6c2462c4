"""Settle what became of jobs: many in one statement, however each of them ended."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from application.jobs.bounds import WorkerBounds
from application.jobs.observers import Announcer
from application.jobs.ports import Runs
from application.shared.ports import Clock
from application.shared.store import StoreError
from domain.jobs.execution import EventKind, Failure, State, Step
from domain.shared.errors import Unavailable

UNKEPT = Failure("JOB_RESULT", "The store cannot keep what the job left behind; change its handler.")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settle:
    """Whether each job was still held. Raises Unavailable where the store stays away: its lease then ends."""

    runs: Runs
    clock: Clock
    announcer: Announcer
    bounds: WorkerBounds

    async def __call__(self, steps: Sequence[Step]) -> Sequence[bool]:
        """Store them; a result that the store refuses is that job's fault alone."""
        try:
            return await self._try(steps)
        except StoreError as error:
            if len(steps) > 1:
                middle = len(steps) // 2
                return [*await self(steps[:middle]), *await self(steps[middle:])]
            _log.error("the store refuses the end of job %s: %s", steps[0].execution.id, error)
            return await self._bury(steps[0])

    async def _try(self, steps: Sequence[Step]) -> Sequence[bool]:
        for attempt in range(1, self.bounds.settle_attempts + 1):
            try:
                return await self.runs.settle(steps, await self.announcer.follow_ups(steps), self.clock.now())
            except Unavailable:
                if attempt == self.bounds.settle_attempts:
                    raise
                await asyncio.sleep(self.bounds.settle_pause * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _bury(self, step: Step) -> Sequence[bool]:
        if step.event is not EventKind.COMPLETED:
            return [False]
        dead = replace(step.execution, state=State.DEAD_LETTER, result=None, failure=UNKEPT)
        return await self._try([Step(dead, EventKind.DEAD)])
