"""The job `market.settle`: pay out a market that has ended, however many hold its shares."""

from dataclasses import dataclass

from application.jobs.catalogue.markets import MarketSettled
from application.jobs.catalogue.markets import SettleMarket as Settle
from application.jobs.run import Run
from application.shared.ports import Clock, Ids
from application.trading.ports import TradingTransactions
from application.trading.queries import TradingQueries
from application.trading.settle_market import SettleMarket
from domain.jobs.execution import DONE
from domain.shared.ids import MarketId


@dataclass(frozen=True, slots=True)
class SettleByJob:
    """Chunk by chunk, each committed only while this worker has the job; another goes on where it stopped."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids
    queries: TradingQueries

    async def __call__(self, run: Run[Settle]) -> MarketSettled:
        """How many entries this try made. Raises NotFound, and Conflict where the market has not ended."""
        market_id, by = MarketId(run.payload.market_id), run.payload.by
        settle = SettleMarket(run.fenced(self.transactions), self.clock, self.ids)
        entries, whole = 0, await self._left(market_id)
        async for made in settle.chunks(market_id, by.actor if by else None):
            entries += made
            left = await self._left(market_id)
            percent = DONE - left * DONE // whole if whole else DONE
            await run.progress(percent, f"{entries} entries made, {left} MicroPoints left to pay")
        return MarketSettled(entries=entries)

    async def _left(self, market_id: MarketId) -> int:
        """Collateral that is still to be paid, in µP."""
        return (await self.queries.market(market_id)).book.collateral
