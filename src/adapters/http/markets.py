"""Reading markets and prices."""

from dataclasses import dataclass
from typing import Any

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get
from adapters.http.models.markets import ListMarkets, MarketAnswer, MarketsPage
from adapters.http.models.quotes import AskQuote, QuoteAnswer
from application.shared.ports import Clock
from application.trading.queries import MarketView, quote
from application.trading.reading.markets import MarketList
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId

_MARKET = "/api/v1/markets/{id}"


@dataclass(frozen=True, slots=True)
class Markets:
    """Markets as anyone may read them: those that were ever approved. Proposals are their proposer's alone."""

    queries: MarketList
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/markets."""
        return [
            get("/api/v1/markets", self.page, Access.PUBLIC, MarketsPage, query=ListMarkets),
            get(_MARKET, self.one, Access.PUBLIC, MarketAnswer),
            get(f"{_MARKET}/quote", self.quote, Access.PUBLIC, QuoteAnswer, query=AskQuote, conflicts=True),
        ]

    async def page(self, call: Call[ListMarkets, NoBody]) -> MarketsPage:
        """List markets.

        `sort` is by age (`oldest`, `newest`), by closing time (`closing`, soonest first), or the most first: ledger
        entries (`activity`), collateral (`liquidity`), `probability`. These three change with every trade: while you
        turn the pages, a market may come twice or not at all.
        """
        asked = call.query
        return MarketsPage.of(await self.queries.markets(asked.limit, asked.cursor, asked.wanted(), asked.sort))

    async def one(self, call: Call[NoQuery, NoBody]) -> MarketAnswer:
        """Read one market."""
        return MarketAnswer.of(await self._opened(call))

    async def quote(self, call: Call[AskQuote, NoBody]) -> QuoteAnswer:
        """Ask what an order would do now.

        The price comes from the function that would execute it, and holds while the market's `seq` stays.
        """
        asked, view = call.query, await self._opened(call)
        form = asked.form()
        return QuoteAnswer.of(view, asked.action, form, quote(view, form, self.clock.now()))

    async def _opened(self, call: Call[Any, NoBody]) -> MarketView:
        view = await self.queries.market(MarketId(call.id()))
        if not view.opened:
            raise NotFound(
                "MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(view.market.id)
            )
        return view
