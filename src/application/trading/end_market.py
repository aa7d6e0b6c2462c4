"""End a market and pay it out as far as one request should; what is left is paid by going on."""

from contextlib import suppress
from dataclasses import dataclass

from application.trading.change_market import ChangeMarket
from application.trading.settle_market import SettleMarket
from domain.shared.administration import Actor
from domain.shared.errors import Unavailable
from domain.shared.ids import MarketId
from domain.trading.cpmm import Outcome

CHUNKS_AT_ONCE = 10
"""Chunks of a settlement in one request."""


@dataclass(frozen=True, slots=True)
class EndMarket:
    """Resolves or cancels a market, which stands at once, and then begins to settle it.

    Where the store fails in between, the market has ended and is not settled. Raises NotFound and Conflict.
    """

    change_market: ChangeMarket
    settle_market: SettleMarket
    chunks: int = CHUNKS_AT_ONCE

    async def resolve(self, market_id: MarketId, outcome: Outcome, actor: Actor) -> None:
        """Fix the result and pay it out."""
        await self.change_market.resolve(market_id, outcome, actor)
        with suppress(Unavailable):
            await self.settle(market_id, actor)

    async def cancel(self, market_id: MarketId, actor: Actor) -> None:
        """Call it off and return what was paid."""
        await self.change_market.cancel(market_id, actor)
        with suppress(Unavailable):
            await self.settle(market_id, actor)

    async def settle(self, market_id: MarketId, actor: Actor) -> bool:
        """Go on with the payments: whether all are made. Also raises Unavailable."""
        return await self.settle_market.part(market_id, self.chunks, actor)
