"""Markets, as they are listed and read."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from adapters.http.cursors import CURSOR_SCHEMA, cursor_of, cursor_text
from adapters.http.models.base import Answer
from adapters.http.models.covers import CoverLinks
from adapters.http.models.fields import Digits, Moment, named, probability_of, refuse
from adapters.http.models.pages import PageAnswer, Paged
from adapters.http.models.shares import Shares
from application.shared.pages import Page
from application.trading.queries import MarketView
from application.trading.reading.markets import MAX_SEARCH_LENGTH, MarketCursor, MarketFilter, MarketSort
from domain.trading.cpmm import Outcome
from domain.trading.listing import MAX_CATEGORY_LENGTH
from domain.trading.market import Status

_STATUSES = {str(status): status for status in Status}


def _statuses(given: object) -> frozenset[Status]:
    names = given.split(",") if isinstance(given, str) else [""]
    if not set(names) <= set(_STATUSES):
        raise refuse("STATUS_UNKNOWN", f"Give status as one or more of {','.join(Status)}, with commas between them.")
    return frozenset(_STATUSES[name] for name in names)


Statuses = Annotated[
    frozenset[Status],
    PlainValidator(_statuses),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(Status)})(,({'|'.join(Status)}))*$"}),
]


class ListMarkets(Paged):
    """Which markets: of any of some statuses, of a category, with a text in title or description whatever its case,
    closing from a time on, and before one; and in what order."""

    status: Statuses = frozenset()
    category: Annotated[str, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=MAX_SEARCH_LENGTH)] | None = None
    closes_from: Moment | None = None
    closes_before: Moment | None = None
    sort: Annotated[MarketSort, BeforeValidator(named(MarketSort, "SORT_UNKNOWN"))] = MarketSort.OLDEST
    cursor: Annotated[MarketCursor, PlainValidator(cursor_of(MarketCursor)), CURSOR_SCHEMA] | None = None

    def wanted(self) -> MarketFilter:
        """The markets asked for, of those that were ever approved. Raises Invalid."""
        return MarketFilter(self.status, self.category, self.text, self.closes_from, self.closes_before, opened=True)


class MarketAnswer(Answer):
    """A market. `probability` is that of YES; fees are in basis points; `seq` is that of its last ledger entry.

    `cover` has the paths of its picture, where it has one and was ever approved.
    """

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
    cover: CoverLinks | None

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
            cover=CoverLinks.at(f"/api/v1/markets/{market.id}/cover") if view.covered and view.opened else None,
        )


class MarketsPage(PageAnswer[MarketAnswer]):
    """Markets in the order asked for."""

    @classmethod
    def of(cls, page: Page[MarketView, MarketCursor]) -> Self:
        """A page as it was read."""
        return cls(items=[MarketAnswer.of(view) for view in page.items], next_cursor=cursor_text(page.next))
