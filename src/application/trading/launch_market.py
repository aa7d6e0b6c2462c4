"""The job `market.launch`: approve a proposal in the name of whoever asked for it."""

from dataclasses import dataclass

from application.jobs.catalogue.markets import LaunchMarket as Launch
from application.jobs.catalogue.markets import MarketLaunched
from application.jobs.queue_service import QueueService
from application.jobs.run import Run
from application.shared.ports import Clock, Ids
from application.trading.approve_market import ApproveMarket
from application.trading.ports import TradingTransactions
from domain.shared.ids import MarketId


@dataclass(frozen=True, slots=True)
class LaunchMarket:
    """The market opens in the very commit that ends the job."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids
    queue: QueueService

    async def __call__(self, run: Run[Launch]) -> MarketLaunched:
        """What was launched. Raises NotFound, and Conflict where it cannot be."""
        told, launched = run.payload, MarketLaunched(market_id=run.payload.market_id)
        approve = ApproveMarket(run.ending(self.transactions, launched), self.clock, self.ids, self.queue)
        await approve(MarketId(told.market_id), told.liquidity, told.by.actor)
        return launched
