"""What happened on a market and who is in it."""

from dataclasses import dataclass

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, get
from adapters.http.models.candles import AskCandles, CandleAnswer, CandlesAnswer
from adapters.http.models.histories import ListTrades, PublicTradesPage
from adapters.http.models.holdings import HoldersPage, ListHolders, ListProviders, ListRanks, ProvidersPage, RanksPage
from application.shared.ports import Clock
from application.trading.reading.exchange import ExchangeQueries
from domain.shared.ids import MarketId

_MARKET = "/api/v1/markets/{id}"


@dataclass(frozen=True, slots=True)
class MarketData:
    """Prices, trades, holders, providers and the ranking, as anyone may read them."""

    queries: ExchangeQueries
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/markets/{id}, and the leaderboard."""
        return [
            get(f"{_MARKET}/candles", self.candles, Access.PUBLIC, CandlesAnswer, query=AskCandles),
            get(f"{_MARKET}/trades", self.trades, Access.PUBLIC, PublicTradesPage, query=ListTrades),
            get(f"{_MARKET}/holders", self.holders, Access.PUBLIC, HoldersPage, query=ListHolders),
            get(f"{_MARKET}/liquidity", self.providers, Access.PUBLIC, ProvidersPage, query=ListProviders),
            get("/api/v1/leaderboard", self.ranks, Access.PUBLIC, RanksPage, query=ListRanks),
        ]

    async def candles(self, call: Call[AskCandles, NoBody]) -> CandlesAnswer:
        """Read the price of YES over time.

        Candles are aligned to UTC, at most 1,000 at once. Each opens where the trade before it left the price; a time
        without trades has no candle, and the last close stands.
        """
        market_id, window = MarketId(call.id()), call.query.window(self.clock.now())
        found = await self.queries.candles(market_id, window)
        await self._require_market(market_id, something=bool(found))
        return CandlesAnswer(
            market_id=market_id,
            interval=window.interval,
            since=window.since,
            until=window.until,
            items=[CandleAnswer.of(candle) for candle in found],
        )

    async def trades(self, call: Call[ListTrades, NoBody]) -> PublicTradesPage:
        """List a market's ledger.

        Every entry, newest first: trades, liquidity, fees and payouts. With `afterSeq`, upwards from the entry after
        that one; `seq` has no gaps, so that who follows a market knows that he missed nothing.
        """
        market_id, asked = MarketId(call.id()), call.query
        upwards_from = asked.upwards_from
        if upwards_from is not None:
            page = await self.queries.trades_after(market_id, asked.limit, upwards_from)
        else:
            page = await self.queries.trades_before(market_id, asked.limit, asked.cursor and asked.cursor.seq)
        await self._require_market(market_id, something=bool(page.items))
        return PublicTradesPage.of(page, upwards=upwards_from is not None)

    async def holders(self, call: Call[ListHolders, NoBody]) -> HoldersPage:
        """List who holds a market's shares, the greatest first."""
        market_id, asked = MarketId(call.id()), call.query
        page = await self.queries.holders(market_id, asked.limit, asked.outcome, asked.cursor)
        await self._require_market(market_id, something=bool(page.items))
        return HoldersPage.of(page)

    async def providers(self, call: Call[ListProviders, NoBody]) -> ProvidersPage:
        """List who provides a market's liquidity, the greatest first."""
        market_id, asked = MarketId(call.id()), call.query
        page = await self.queries.providers(market_id, asked.limit, asked.cursor)
        await self._require_market(market_id, something=bool(page.items))
        return ProvidersPage.of(page)

    async def ranks(self, call: Call[ListRanks, NoBody]) -> RanksPage:
        """Read the leaderboard.

        Active users by realised profit of all time; the treasury, which provides markets with liquidity, is no
        competitor.
        """
        return RanksPage.of(await self.queries.ranks(call.query.limit, call.query.cursor))

    async def _require_market(self, market_id: MarketId, *, something: bool) -> None:
        """Tell a market where nothing is to be read from none at all. Raises NotFound."""
        if not something:
            await self.queries.market(market_id)
