"""Edit a market: everything of a draft, text and closing time once it trades."""

from dataclasses import dataclass

from application.jobs.catalogue.markets import CLOSE_MARKET
from application.jobs.queue_service import QueueService
from application.shared.ports import Clock, Ids
from application.trading.facts import changes_between
from application.trading.market_jobs import closing
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock_market
from domain.shared.administration import Actor, AdminAction
from domain.shared.ids import MarketId
from domain.trading.edit import Edit
from domain.trading.market import Market, Status


@dataclass(frozen=True, slots=True)
class EditMarket:
    """Changes what an administrator may still change; an edit that changes nothing leaves no record."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids
    queue: QueueService

    async def __call__(self, market_id: MarketId, edit: Edit, actor: Actor) -> Market:
        """The edited market. Raises Invalid, NotFound, and Conflict where it is too late for that."""
        async with self.transactions() as transaction:
            market, _ = await lock_market(transaction.books, market_id)
            listing = await transaction.markets.listing(market_id)
            now = self.clock.now()
            edited = edit.of(market, listing, now)
            before, after = changes_between((market, listing), edited)
            if after:
                await transaction.markets.edit(*edited, now)
                record = actor.record(self.ids.new(), now, AdminAction.MARKET_EDITED, market_id, before, after)
                await transaction.admin_log.add(record)
                if market.status is not Status.DRAFT and edited[0].closes_at != market.closes_at:
                    await self.queue.add(transaction.jobs, CLOSE_MARKET, *closing(edited[0]))
                await transaction.commit()
        return edited[0]
