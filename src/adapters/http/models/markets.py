"""Markets, as they are listed and read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import Digits, named, probability_of
from adapters.http.models.shares import Shares
from application.trading.queries import MAX_PAGE, MarketView
from domain.shared.ids import MarketId
from domain.trading.cpmm import Outcome
from domain.trading.market import Status

DEFAULT_PAGE = 50


class ListMarkets(Request):
    """Which markets, and how many at once; `cursor` is the `nextCursor` of the page before."""

    status: Annotated[Status, BeforeValidator(named(Status, "STATUS_UNKNOWN"))] | None = None
    limit: int = Field(default=DEFAULT_PAGE, ge=1, le=MAX_PAGE)
    cursor: UUID | None = None

    @property
    def after(self) -> MarketId | None:
        """The last market of the page before."""
        return MarketId(self.cursor) if self.cursor else None


class MarketAnswer(Answer):
    """A market. `probability` is that of YES; fees are in basis points; `seq` is that of its last ledger entry."""

    id: UUID
    title: str
    description: str
    category: str
    status: Status
    outcome: Outcome | None
    settled: bool
    probability: float | None
    pool: Shares | None
    collateral: Digits
    fee_bps: int
    lp_fee_bps: int
    seq: int
    created_at: datetime
    closes_at: datetime

    @classmethod
    def of(cls, view: MarketView) -> Self:
        """A market as it was read."""
        market, listing, book = view.market, view.listing, view.book
        return cls(
            id=market.id,
            title=listing.title,
            description=listing.description,
            category=listing.category,
            status=market.status,
            outcome=market.outcome,
            settled=market.settled,
            probability=probability_of(book.pool) if book.pool else None,
            pool=Shares(yes=book.pool.yes, no=book.pool.no) if book.pool else None,
            collateral=book.collateral,
            fee_bps=market.fee_bps,
            lp_fee_bps=market.lp_fee_bps,
            seq=book.seq,
            created_at=view.created_at,
            closes_at=market.closes_at,
        )


class MarketsPage(Answer):
    """Markets in the order of their ids; `next_cursor` is none on the last page."""

    items: list[MarketAnswer]
    next_cursor: UUID | None

    @classmethod
    def of(cls, views: Sequence[MarketView], limit: int) -> Self:
        """A page of `limit` markets, from views of which one more tells that another page follows."""
        items = [MarketAnswer.of(view) for view in views[:limit]]
        return cls(items=items, next_cursor=items[-1].id if len(views) > limit else None)
