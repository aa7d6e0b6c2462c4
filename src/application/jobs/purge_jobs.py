"""The job `maintenance.purge_jobs`: delete what ended long ago."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from application.jobs.catalogue.maintenance import Deleted
from application.jobs.contracts import Nothing
from application.jobs.run import Run
from domain.jobs.execution import State

BATCH = 1_000
"""Jobs of one transaction, with all that is remembered of them."""

MOST_BATCHES = 1_000
"""Of one run and kind; the next one goes on."""


class OldJobs(Protocol):
    """Jobs that nobody asks for any more."""

    async def purge(self, states: Collection[State], before: datetime, limit: int) -> int:
        """Delete jobs that ended before a time in one of these states, with their history: how many, at most `limit`.

        May raise Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """How long jobs are kept after their end: those that did well or were taken back, and those that failed."""

    ended: timedelta = timedelta(days=30)
    failed: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PurgeJobs:
    """With a job goes the memory of its idempotency key."""

    jobs: OldJobs
    kept: Kept = Kept()
    batch: int = BATCH

    async def __call__(self, run: Run[Nothing]) -> Deleted:
        """How many there were. Raises Unavailable."""
        now = run.clock.now()
        ended = await self._purge(run, (State.COMPLETED, State.CANCELLED), now - self.kept.ended)
        failed = await self._purge(run, (State.FAILED, State.DEAD_LETTER), now - self.kept.failed)
        return Deleted(deleted=ended + failed)

    async def _purge(self, run: Run[Nothing], states: Collection[State], before: datetime) -> int:
        deleted = 0
        for _ in range(MOST_BATCHES):
            gone = await self.jobs.purge(states, before, self.batch)
            deleted += gone
            await run.progress(0, f"{deleted} jobs deleted that were {' or '.join(states)}")
            if gone < self.batch:
                break
        return deleted
