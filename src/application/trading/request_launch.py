"""Ask for a market's launch: the job `market.launch` approves it."""

from dataclasses import dataclass

from application.jobs.catalogue.markets import LAUNCH_MARKET, ByActor, LaunchMarket
from application.jobs.queue_service import Added, Asked, QueueService
from application.shared.ports import Clock
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock_market
from domain.shared.administration import Actor
from domain.shared.ids import MarketId


@dataclass(frozen=True, slots=True)
class RequestLaunch:
    """One launch of each market; another only where the first ended and was not done."""

    transactions: TradingTransactions
    clock: Clock
    queue: QueueService

    async def __call__(self, market_id: MarketId, liquidity: int, actor: Actor, trace: str | None = None) -> Added:
        """The job. Raises NotFound, and Conflict where the market cannot be approved."""
        async with self.transactions() as transaction:
            market, _ = await lock_market(transaction.books, market_id)
            payload = LaunchMarket(market_id=market_id, liquidity=liquidity, by=ByActor.of(actor))
            asked = Asked(by=actor.admin_id, trace=trace, once=True)
            added = await self.queue.add(transaction.jobs, LAUNCH_MARKET, payload, asked)
            if not added.repeated:
                market.approve(self.clock.now())
            await transaction.commit()
        return added
