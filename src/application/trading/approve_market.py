"""Approve a proposed market: its pool opens with liquidity from the treasury, and trading begins."""

from dataclasses import dataclass

from application.shared.ports import Clock
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock
from domain.shared.ids import MarketId
from domain.trading.market import Market
from domain.trading.orders import AddLiquidity
from domain.trading.provision import add_liquidity
from domain.trading.scene import Scene


@dataclass(frozen=True, slots=True)
class ApproveMarket:
    """DRAFT → ACTIVE, with a pool."""

    transactions: TradingTransactions
    clock: Clock

    async def __call__(self, market_id: MarketId, liquidity: int) -> Market:
        """The market, opened with `liquidity` µP of the treasury at the listing's probability.

        Raises NotFound, Invalid, and Conflict where it is no draft or the treasury lacks the points.
        """
        async with self.transactions() as transaction:
            treasury_id = await transaction.treasury.treasury_id()
            working = await lock(transaction.books, [(market_id, treasury_id)])
            now = self.clock.now()
            market = working.market(market_id).approve(now)
            scene = Scene(market, working.book(market_id), treasury_id, working.holding(market_id, treasury_id), now)
            listing = await transaction.markets.listing(market_id)
            working.apply(add_liquidity(scene, AddLiquidity(liquidity, listing.probability)))
            await transaction.markets.change(market, now)
            await transaction.books.write(working.changes, now)
            await transaction.commit()
        return market
