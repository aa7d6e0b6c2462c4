"""Reading markets and prices."""

from dataclasses import dataclass

from aiohttp import web

from adapters.http.envelope import success
from adapters.http.models.markets import ListMarkets, MarketAnswer, MarketsPage
from adapters.http.models.quotes import AskQuote, QuoteAnswer
from adapters.http.reading import path_id, read_query
from application.shared.ports import Clock
from application.trading.queries import MarketView, TradingQueries, quote
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId


@dataclass(frozen=True, slots=True)
class Markets:
    """Markets as anyone may read them."""

    queries: TradingQueries
    clock: Clock

    def routes(self) -> list[web.RouteDef]:
        """Under /api/v1/markets."""
        return [
            web.get("/api/v1/markets", self.page),
            web.get("/api/v1/markets/{id}", self.one),
            web.get("/api/v1/markets/{id}/quote", self.quote),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """GET /api/v1/markets"""
        asked = read_query(request, ListMarkets)
        views = await self.queries.markets(asked.limit + 1, asked.after, asked.status)
        return success(request, MarketsPage.of(views, asked.limit))

    async def one(self, request: web.Request) -> web.Response:
        """GET /api/v1/markets/{id}"""
        return success(request, MarketAnswer.of(await self._named(request)))

    async def quote(self, request: web.Request) -> web.Response:
        """GET /api/v1/markets/{id}/quote"""
        asked = read_query(request, AskQuote)
        view, form = await self._named(request), asked.form()
        return success(request, QuoteAnswer.of(view, asked.action, form, quote(view, form, self.clock.now())))

    async def _named(self, request: web.Request) -> MarketView:
        market_id = path_id(request)
        if market_id is None:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.")
        return await self.queries.market(MarketId(market_id))
