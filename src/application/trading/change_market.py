"""Change a market's status: pause, resume, close, resolve, cancel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from application.shared.ports import Clock
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock_market
from domain.shared.ids import MarketId
from domain.trading.cpmm import Outcome
from domain.trading.market import Market


@dataclass(frozen=True, slots=True)
class ChangeMarket:
    """Each change is made under the lock that trades take. Raises NotFound, and Conflict where it is not allowed."""

    transactions: TradingTransactions
    clock: Clock

    async def pause(self, market_id: MarketId) -> Market:
        """Stop trading until it is resumed."""
        return await self._change(market_id, lambda market, _: market.pause())

    async def resume(self, market_id: MarketId) -> Market:
        """Let trading go on."""
        return await self._change(market_id, lambda market, _: market.resume())

    async def close(self, market_id: MarketId) -> Market:
        """End trading now; the market then waits for its result."""
        return await self._change(market_id, lambda market, now: market.close(now))

    async def resolve(self, market_id: MarketId, outcome: Outcome) -> Market:
        """Fix the result; SettleMarket then pays it out."""
        return await self._change(market_id, lambda market, _: market.resolve(outcome))

    async def cancel(self, market_id: MarketId) -> Market:
        """Call it off; SettleMarket then returns what was paid."""
        return await self._change(market_id, lambda market, _: market.cancel())

    async def _change(self, market_id: MarketId, step: Callable[[Market, datetime], Market]) -> Market:
        async with self.transactions() as transaction:
            market, _ = await lock_market(transaction.books, market_id)
            now = self.clock.now()
            market = step(market, now)
            await transaction.markets.change(market, now)
            await transaction.commit()
        return market
