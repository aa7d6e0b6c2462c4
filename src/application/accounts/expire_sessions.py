"""The job `maintenance.expire_sessions`: forget sessions that have ended, and their tokens."""

from dataclasses import dataclass

from application.accounts.ports import AccountsTransactions
from application.jobs.catalogue.maintenance import Deleted
from application.jobs.contracts import Nothing
from application.jobs.run import Run
from domain.shared.ids import SessionId

BATCH = 1_000
"""Sessions of one transaction."""

MOST_BATCHES = 1_000
"""Of one run; the next one goes on."""


@dataclass(frozen=True, slots=True)
class ExpireSessions:
    """A token of a session that is forgotten is refused as one of an ended session is."""

    transactions: AccountsTransactions
    batch: int = BATCH

    async def __call__(self, run: Run[Nothing]) -> Deleted:
        """How many sessions there were. Raises Unavailable."""
        deleted, after = 0, None
        for _ in range(MOST_BATCHES):
            ended = await self._forget(run, after)
            deleted += len(ended)
            await run.progress(0, f"{deleted} sessions deleted")
            if len(ended) < self.batch:
                break
            after = ended[-1]
        return Deleted(deleted=deleted)

    async def _forget(self, run: Run[Nothing], after: SessionId | None) -> list[SessionId]:
        async with self.transactions() as transaction:
            ended = await transaction.sessions.forget_ended(run.clock.now(), self.batch, after)
            await transaction.commit()
        return list(ended)
