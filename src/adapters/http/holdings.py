"""What a user has and did, for himself."""

from dataclasses import dataclass

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get
from adapters.http.models.histories import ListMyTrades, TradesPage
from adapters.http.models.pages import ById
from adapters.http.models.portfolios import GrantsPage, ListHoldings, PortfolioAnswer, ProvisionsPage
from adapters.http.models.trades import TradeAnswer
from application.accounts.grant_queries import GrantQueries
from application.shared.ports import Clock
from application.trading.reading.exchange import ExchangeQueries
from application.trading.reading.portfolios import Held
from domain.shared.ids import GrantId, MarketId


@dataclass(frozen=True, slots=True)
class MyHoldings:
    """Portfolio, trades, liquidity and grants of who asks."""

    queries: ExchangeQueries
    grants: GrantQueries
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/me, and a trade by its key."""
        return [
            get("/api/v1/me/portfolio", self.portfolio, Access.READ, PortfolioAnswer, query=ListHoldings),
            get("/api/v1/me/trades", self.trades, Access.READ, TradesPage, query=ListMyTrades),
            get("/api/v1/me/liquidity", self.liquidity, Access.READ, ProvisionsPage, query=ById),
            get("/api/v1/me/grants", self.granted, Access.READ, GrantsPage, query=ById),
            get("/api/v1/trades/by-key/{key}", self.trade, Access.READ, TradeAnswer, texts=("key",)),
        ]

    async def portfolio(self, call: Call[ListHoldings, NoBody]) -> PortfolioAnswer:
        """Read one's portfolio.

        Totals are over all markets, marked at the present probabilities; lines are of the markets asked for.
        """
        asked, user = call.query, call.user
        after = MarketId(asked.cursor.id) if asked.cursor else None
        portfolio = await self.queries.portfolio(user.id, asked.limit, after, asked.held)
        return PortfolioAnswer.of(portfolio, self.clock.now())

    async def trades(self, call: Call[ListMyTrades, NoBody]) -> TradesPage:
        """List one's trades of all markets, newest first."""
        return TradesPage.of(await self.queries.trades_of(call.user.id, call.query.limit, call.query.cursor))

    async def liquidity(self, call: Call[ById, NoBody]) -> ProvisionsPage:
        """List the markets that one provides with liquidity."""
        after = MarketId(call.query.cursor.id) if call.query.cursor else None
        return ProvisionsPage.of(await self.queries.lines(call.user.id, call.query.limit, after, Held.LIQUIDITY))

    async def granted(self, call: Call[ById, NoBody]) -> GrantsPage:
        """List the points that one was granted, newest first."""
        before = GrantId(call.query.cursor.id) if call.query.cursor else None
        return GrantsPage.of(await self.grants.grants(call.user.id, call.query.limit, before))

    async def trade(self, call: Call[NoQuery, NoBody]) -> TradeAnswer:
        """Read a trade by the idempotency key of its order.

        A key whose order was refused is not found either, with another code and the code of the refusal.
        """
        return TradeAnswer.of(await self.queries.trade_by_key(call.user.id, call.request.match_info["key"]))
