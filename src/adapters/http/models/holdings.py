"""Who holds a market's shares and provides its liquidity, and the ranking of all."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import PlainValidator

from adapters.http.cursors import CURSOR_SCHEMA, cursor_of, cursor_text
from adapters.http.models.base import Answer
from adapters.http.models.fields import Digits, OutcomeName
from adapters.http.models.pages import PageAnswer, Paged
from adapters.http.models.shares import Shares
from application.shared.pages import Page
from application.trading.reading.holdings import Holder, HoldingCursor, Provider
from application.trading.reading.leaderboard import Rank, RankCursor


class ListProviders(Paged):
    """The greatest first."""

    cursor: Annotated[HoldingCursor, PlainValidator(cursor_of(HoldingCursor)), CURSOR_SCHEMA] | None = None


class ListHolders(ListProviders):
    """Holders of one outcome, or of any where none is named; the greatest first."""

    outcome: OutcomeName | None = None


class HolderAnswer(Answer):
    """A user's micro-shares of each outcome."""

    user_id: UUID
    handle: str
    shares: Shares


class HoldersPage(PageAnswer[HolderAnswer]):
    """Holders of a market."""

    @classmethod
    def of(cls, page: Page[Holder, HoldingCursor]) -> Self:
        """A page as it was read."""
        items = [
            HolderAnswer(user_id=each.user_id, handle=each.handle, shares=Shares(yes=each.yes, no=each.no))
            for each in page.items
        ]
        return cls(items=items, next_cursor=cursor_text(page.next))


class ProviderAnswer(Answer):
    """A user's LP shares, and the fees that he could claim now."""

    user_id: UUID
    handle: str
    lp_shares: Digits
    claimable_fees: Digits


class ProvidersPage(PageAnswer[ProviderAnswer]):
    """Providers of a market's liquidity."""

    @classmethod
    def of(cls, page: Page[Provider, HoldingCursor]) -> Self:
        """A page as it was read."""
        items = [
            ProviderAnswer(
                user_id=each.user_id, handle=each.handle, lp_shares=each.shares, claimable_fees=each.claimable
            )
            for each in page.items
        ]
        return cls(items=items, next_cursor=cursor_text(page.next))


class ListRanks(Paged):
    """The greatest profit first."""

    cursor: Annotated[RankCursor, PlainValidator(cursor_of(RankCursor)), CURSOR_SCHEMA] | None = None


class RankAnswer(Answer):
    """A user's place, which equals share, his realised profit, and the number of markets he ever held something in."""

    place: int
    user_id: UUID
    handle: str
    realised_profit: Digits
    markets: int


class RanksPage(PageAnswer[RankAnswer]):
    """The ranking."""

    @classmethod
    def of(cls, page: Page[Rank, RankCursor]) -> Self:
        """A page as it was read."""
        items = [
            RankAnswer(
                place=rank.place,
                user_id=rank.user_id,
                handle=rank.handle,
                realised_profit=rank.profit,
                markets=rank.markets,
            )
            for rank in page.items
        ]
        return cls(items=items, next_cursor=cursor_text(page.next))
