"""Take in a picture for a market; a job makes its covers."""

from dataclasses import dataclass

from application.covers.cover import Source
from application.covers.ports import CoversTransactions
from application.jobs.catalogue.covers import PROCESS_IMAGE, ProcessImage
from application.jobs.queue_service import Asked, QueueService
from application.shared.ports import Clock, Ids
from domain.accounts.user import User
from domain.shared.administration import Actor, AdminAction
from domain.shared.ids import JobId, MarketId


@dataclass(frozen=True, slots=True)
class UploadCover:
    """Keeps the picture unread: only the job, which can be ended, looks into it. Recorded where there is an actor."""

    transactions: CoversTransactions
    queue: QueueService
    clock: Clock
    ids: Ids

    async def __call__(
        self, market_id: MarketId, data: bytes, user: User, actor: Actor | None = None, trace: str | None = None
    ) -> JobId:
        """The id of the job. Raises Invalid, NotFound, Forbidden, and Conflict where only an administrator may."""
        now = self.clock.now()
        source = Source(data, user.id, now)
        wanted = ProcessImage(market_id=market_id, digest=source.digest.hex())
        async with self.transactions() as transaction:
            (await transaction.covers.standing(market_id)).require_may_cover(user)
            await transaction.covers.keep_source(market_id, source)
            if actor is not None:
                told = {"digest": wanted.digest}
                action = AdminAction.MARKET_COVER_UPLOADED
                await transaction.admin_log.add(actor.record(self.ids.new(), now, action, market_id, {}, told))
            asked = Asked(user.id, trace=trace)
            added = await self.queue.add(transaction.jobs, PROCESS_IMAGE, wanted, asked)
            await transaction.commit()
        return added.execution.id
