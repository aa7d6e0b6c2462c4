"""What surrounds the orders of a replay: accounts, points and markets before them, results and payouts after.

Every step does only what an earlier run has not done.
"""

from datetime import timedelta

from application.trading.open_market import Fees
from domain.accounts.user import GrantReason
from domain.shared.errors import NotFound
from entrypoints.container import Container
from entrypoints.demo import TREASURY
from entrypoints.repeats import unless
from entrypoints.replay.flow import FlowMarket
from entrypoints.replay.names import Names, Terms

OPEN_FOR = timedelta(days=36_500)
"""A replayed market ends by its result alone, however long a replay rests before it goes on."""


class Stage:
    """The markets and traders of one replay."""

    def __init__(self, exchange: Container, names: Names, terms: Terms) -> None:
        self._exchange = exchange
        self._names = names
        self._terms = terms

    async def fund(self, markets: int) -> None:
        """Issue to the treasury, once, what the liquidity of so many markets takes. Raises Invalid."""
        await self._exchange.seed().treasury()
        liquidity = markets * self._terms.liquidity
        await self._exchange.grant_points()(TREASURY, liquidity, GrantReason.REPLAY, self._names.reference)

    async def open(self, market: FlowMarket) -> None:
        """Open a market with its liquidity."""
        market_id, fees = self._names.market_id(market.name), Fees(self._terms.fee_bps)
        with unless("MARKET_EXISTS"):
            closes_at = self._exchange.clock().now() + OPEN_FOR
            await self._exchange.open_market()(market.listing, closes_at, TREASURY, fees, market_id)
        with unless("MARKET_STATUS"):
            await self._exchange.approve_market()(market_id, self._terms.liquidity)

    async def admit(self, trader: str) -> None:
        """Give a trader his points, and sign him up before where that is still to be done."""
        try:
            await self._grant(trader)
        except NotFound:
            with unless("USER_EXISTS"):
                await self._exchange.sign_up()(self._names.handle(trader), user_id=self._names.user_id(trader))
            await self._grant(trader)

    async def end(self, market: FlowMarket) -> None:
        """Resolve or cancel a market, and pay it out."""
        market_id, change = self._names.market_id(market.name), self._exchange.change_market()
        with unless("MARKET_STATUS"):
            if market.outcome is None:
                await change.cancel(market_id)
            else:
                await change.resolve(market_id, market.outcome)
        await self._exchange.settle_market()(market_id)

    async def _grant(self, trader: str) -> None:
        user_id, names = self._names.user_id(trader), self._names
        await self._exchange.grant_points()(user_id, self._terms.points, GrantReason.REPLAY, names.reference)
