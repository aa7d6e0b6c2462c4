"""Markets, prices, rankings and covers: nobody need sign in to read them."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import datetime
from uuid import UUID

from presage_client.amounts import MicroPoints, MicroShares
from presage_client.models.covers import Picture, ShowCover, Upload, Uploaded
from presage_client.models.holdings import (
    Holder,
    HoldersPage,
    ListHolders,
    Provider,
    ProvidersPage,
    Rank,
    RanksPage,
)
from presage_client.models.markets import AskCandles, AskQuote, Candles, ListMarkets, Market, MarketsPage, Quote
from presage_client.models.pages import Paged
from presage_client.models.trades import ListTrades, PublicTrade, PublicTradesPage
from presage_client.models.words import CoverSize, Interval, Outcome, PictureMedia, PricedAction, Sort, Status
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

_MARKET = "/api/v1/markets/{id}"
_PAGE = Operation("GET", "/api/v1/markets", MarketsPage, query=ListMarkets)
_ONE = Operation("GET", _MARKET, Market)
_QUOTE = Operation("GET", f"{_MARKET}/quote", Quote, query=AskQuote)
_CANDLES = Operation("GET", f"{_MARKET}/candles", Candles, query=AskCandles)
_COVER = Operation("GET", f"{_MARKET}/cover", bytes, query=ShowCover)
_UPLOAD = Operation("PUT", f"{_MARKET}/cover", Uploaded, body=Picture, query=Upload)
_TRADES = Operation("GET", f"{_MARKET}/trades", PublicTradesPage, query=ListTrades)
_HOLDERS = Operation("GET", f"{_MARKET}/holders", HoldersPage, query=ListHolders)
_PROVIDERS = Operation("GET", f"{_MARKET}/liquidity", ProvidersPage, query=Paged)
_RANKS = Operation("GET", "/api/v1/leaderboard", RanksPage, query=Paged)


class Markets(Part):
    """Under /api/v1/markets, and the leaderboard."""

    @calls(_PAGE)
    def page(
        self,
        *,
        status: Status | Sequence[Status] = (),
        category: str | None = None,
        text: str | None = None,
        closes_from: datetime | None = None,
        closes_before: datetime | None = None,
        sort: Sort | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Asked:
        """One page of the markets of any of some statuses; `text` is looked for in titles and descriptions."""
        return Asked(
            query=ListMarkets(
                status=_joined(status),
                category=category,
                text=text,
                closes_from=closes_from,
                closes_before=closes_before,
                sort=sort,
                limit=limit,
                cursor=cursor,
            )
        )

    def all(
        self, *, status: Status | Sequence[Status] = (), category: str | None = None, text: str | None = None
    ) -> AsyncIterator[Market]:
        """The markets, the oldest first."""
        return every(lambda cursor: self.page(status=status, category=category, text=text, cursor=cursor))

    @calls(_ONE)
    def one(self, market_id: UUID | str) -> Asked:
        """One market."""
        return Asked({"id": market_id})

    @calls(_QUOTE)
    def quote(
        self,
        market_id: UUID | str,
        action: PricedAction,
        outcome: Outcome,
        *,
        amount: MicroPoints | int | None = None,
        shares: MicroShares | int | None = None,
    ) -> Asked:
        """What a buy or a sale by amount or by shares would do now."""
        asked = {"action": action, "outcome": outcome, "amount": amount, "shares": shares}
        return Asked({"id": market_id}, AskQuote.model_validate(asked))

    @calls(_CANDLES)
    def candles(
        self,
        market_id: UUID | str,
        interval: Interval | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Asked:
        """The price over time; a time without trades has no candle."""
        return Asked({"id": market_id}, AskCandles(interval=interval, since=since, until=until))

    @calls(_COVER)
    def cover(self, market_id: UUID | str, size: CoverSize | None = None) -> Asked:
        """The cover of a market, as WebP."""
        return Asked({"id": market_id}, ShowCover(size=size))

    @calls(_UPLOAD)
    def upload_cover(
        self, market_id: UUID | str, picture: bytes, media: PictureMedia, *, reason: str | None = None
    ) -> Asked:
        """Give a draft of one's own its cover, or as an administrator, with a reason, any market; a job makes it."""
        return Asked({"id": market_id}, Upload(reason=reason), Picture(data=picture, media=media))

    @calls(_TRADES)
    def trades_page(
        self,
        market_id: UUID | str,
        *,
        after_seq: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Asked:
        """One page of a market's ledger, newest first; with `after_seq` upwards from the entry after that one."""
        return Asked({"id": market_id}, ListTrades(after_seq=after_seq, limit=limit, cursor=cursor))

    def trades(self, market_id: UUID | str, *, after_seq: int | None = None) -> AsyncIterator[PublicTrade]:
        """A market's ledger, newest first; with `after_seq` upwards from the entry after that one to the last."""

        def page(cursor: str | None) -> Awaitable[PublicTradesPage]:
            return self.trades_page(market_id, after_seq=None if cursor else after_seq, cursor=cursor)

        return every(page)

    @calls(_HOLDERS)
    def holders_page(
        self,
        market_id: UUID | str,
        *,
        outcome: Outcome | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Asked:
        """One page of who holds a market's shares, the greatest first."""
        return Asked({"id": market_id}, ListHolders(outcome=outcome, limit=limit, cursor=cursor))

    def holders(self, market_id: UUID | str, *, outcome: Outcome | None = None) -> AsyncIterator[Holder]:
        """Who holds a market's shares, the greatest first."""
        return every(lambda cursor: self.holders_page(market_id, outcome=outcome, cursor=cursor))

    @calls(_PROVIDERS)
    def providers_page(self, market_id: UUID | str, *, limit: int | None = None, cursor: str | None = None) -> Asked:
        """One page of who provides a market's liquidity, the greatest first."""
        return Asked({"id": market_id}, Paged(limit=limit, cursor=cursor))

    def providers(self, market_id: UUID | str) -> AsyncIterator[Provider]:
        """Who provides a market's liquidity, the greatest first."""
        return every(lambda cursor: self.providers_page(market_id, cursor=cursor))

    @calls(_RANKS)
    def leaderboard_page(self, *, limit: int | None = None, cursor: str | None = None) -> Asked:
        """One page of all users, by realised profit."""
        return Asked(query=Paged(limit=limit, cursor=cursor))

    def leaderboard(self) -> AsyncIterator[Rank]:
        """All users, by realised profit."""
        return every(lambda cursor: self.leaderboard_page(cursor=cursor))


def _joined(status: Status | Sequence[Status]) -> str | None:
    return (status if isinstance(status, str) else ",".join(status)) or None
