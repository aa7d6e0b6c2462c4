"""Take in a picture for a market; a job makes its covers."""

from dataclasses import dataclass

from application.covers.cover import Source
from application.covers.ports import CoverJobs, CoversTransactions
from application.shared.ports import Clock
from domain.accounts.user import User
from domain.shared.ids import JobId, MarketId


@dataclass(frozen=True, slots=True)
class UploadCover:
    """Keeps the picture unread: only the job, which can be ended, looks into it."""

    transactions: CoversTransactions
    jobs: CoverJobs
    clock: Clock

    async def __call__(self, market_id: MarketId, data: bytes, user: User) -> JobId:
        """The id of the job. Raises Invalid, NotFound, Forbidden, and Conflict where only an administrator may."""
        source = Source(data, user.id, self.clock.now())
        async with self.transactions() as transaction:
            (await transaction.covers.standing(market_id)).require_may_cover(user)
            await transaction.covers.keep_source(market_id, source)
            job_id = await self.jobs.process(transaction, market_id, user.id)
            await transaction.commit()
        return job_id
