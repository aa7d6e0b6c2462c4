"""The job `maintenance.forget_answers`: forget what administrators were answered long ago."""

from dataclasses import dataclass

from application.jobs.catalogue.maintenance import Deleted
from application.jobs.contracts import Nothing
from application.jobs.run import Run
from application.shared.answers import KEPT_FOR, AdministratorAnswers

BATCH = 1_000
"""Answers of one transaction."""

MOST_BATCHES = 1_000
"""Of one run; the next one goes on."""


@dataclass(frozen=True, slots=True)
class ForgetAnswers:
    """A key whose answer is forgotten may stand for another request."""

    answers: AdministratorAnswers
    batch: int = BATCH

    async def __call__(self, run: Run[Nothing]) -> Deleted:
        """How many there were. Raises Unavailable."""
        deleted, before = 0, run.clock.now() - KEPT_FOR
        for _ in range(MOST_BATCHES):
            gone = await self.answers.forget(before, self.batch)
            deleted += gone
            await run.progress(0, f"{deleted} answers deleted")
            if gone < self.batch:
                break
        return Deleted(deleted=deleted)
