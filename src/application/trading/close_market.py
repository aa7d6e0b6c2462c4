"""The job `market.close`: see whether a market has closed, and tell those who decide its result."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.jobs.catalogue.markets import CLOSE_MARKET, MarketClosed
from application.jobs.catalogue.markets import CloseMarket as Close
from application.jobs.catalogue.notices import SEND_MAIL
from application.jobs.queue_service import Asked, QueueService
from application.jobs.run import Run
from application.shared.ports import Clock
from application.trading.market_jobs import closing
from application.trading.market_notices import closed
from application.trading.ports import TradingTransaction, TradingTransactions
from application.trading.working_set import lock_market
from domain.shared.ids import MarketId, UserId
from domain.trading.market import Market


class Administrators(Protocol):
    """Who decides results."""

    async def administrators(self) -> Sequence[UserId]:
        """Active administrators, a bounded number. May raise Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class CloseMarket:
    """Trading ends by itself, at the second: this job only says so. Where the time was moved, it looks again then."""

    transactions: TradingTransactions
    clock: Clock
    administrators: Administrators
    queue: QueueService

    async def __call__(self, run: Run[Close]) -> MarketClosed:
        """Whether it has closed. Raises NotFound and Unavailable."""
        market_id, to = MarketId(run.payload.market_id), await self.administrators.administrators()
        async with run.fenced(self.transactions)() as transaction:
            market, _ = await lock_market(transaction.books, market_id)
            has_closed = market.closes_at <= self.clock.now()
            if not market.status.ended:
                if has_closed:
                    await self._tell(transaction, market, to)
                else:
                    await self.queue.add(transaction.jobs, CLOSE_MARKET, *closing(market))
            await transaction.commit()
        return MarketClosed(closed=has_closed or market.status.ended, closes_at=market.closes_at)

    async def _tell(self, transaction: TradingTransaction, market: Market, to: Sequence[UserId]) -> None:
        """Each once for each close, however often this job is run."""
        listing = await transaction.markets.listing(market.id)
        for user_id in to:
            asked = Asked(key=f"market.closed/{market.id}/{market.closes_at.isoformat()}/{user_id}", once=True)
            await self.queue.add(transaction.jobs, SEND_MAIL, closed(user_id, market, listing), asked)
