"""The list of markets: which of them, in what order, from where on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from application.shared.pages import Page
from application.trading.queries import MarketView
from application.trading.reading.search import require_text
from domain.shared.errors import Invalid
from domain.shared.ids import MarketId
from domain.trading.listing import MAX_CATEGORY_LENGTH
from domain.trading.market import Status

MAX_SEARCH_LENGTH = 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class MarketSort(StrEnum):
    """In what order: ids tell the age; closing soonest, most ledger entries, most collateral, highest probability."""

    OLDEST = "oldest"
    NEWEST = "newest"
    CLOSING = "closing"
    ACTIVITY = "activity"
    LIQUIDITY = "liquidity"
    PROBABILITY = "probability"

    @property
    def descending(self) -> bool:
        """Whether the greatest key comes first, and of equal ones the greatest id."""
        return self not in (MarketSort.OLDEST, MarketSort.CLOSING)

    def key_of(self, view: MarketView) -> int:
        """What a market is sorted by, before its id; -1 for the probability where there is no pool."""
        match self:
            case MarketSort.CLOSING:
                return (view.market.closes_at - _EPOCH) // _MICROSECOND
            case MarketSort.ACTIVITY:
                return view.book.seq
            case MarketSort.LIQUIDITY:
                return view.book.collateral
            case MarketSort.PROBABILITY:
                return -1 if view.probability is None else view.probability
            case _:
                return 0


class MarketCursor(NamedTuple):
    """The last market of a page, by its key in the page's order."""

    key: int
    market_id: MarketId


@dataclass(frozen=True, slots=True)
class MarketFilter:
    """Markets of some statuses (any, where none is named) and a category, with `text` in title or description
    whatever the case, closing from `closes_from` to just before `closes_before`; with `opened`, only those that were
    ever approved. Raises Invalid when built with text that is too long or cannot be shown."""

    statuses: frozenset[Status] = frozenset()
    category: str | None = None
    text: str | None = None
    closes_from: datetime | None = None
    closes_before: datetime | None = None
    opened: bool = False

    def __post_init__(self) -> None:
        require_text("category", self.category, MAX_CATEGORY_LENGTH)
        require_text("text", self.text, MAX_SEARCH_LENGTH)


EVERY_MARKET = MarketFilter()


class MarketList(Protocol):
    """Read access to all markets."""

    async def market(self, market_id: MarketId) -> MarketView:
        """One market. Raises NotFound."""
        ...

    async def markets(
        self,
        limit: int,
        after: MarketCursor | None = None,
        wanted: MarketFilter = EVERY_MARKET,
        sort: MarketSort = MarketSort.OLDEST,
    ) -> Page[MarketView, MarketCursor]:
        """A page of markets; each comes once, unless what it is sorted by changes between pages. Raises Invalid."""
        ...


def closing_at(cursor: MarketCursor) -> datetime:
    """The closing time that a cursor stands for in the order of closing. Raises Invalid where there is none."""
    try:
        return _EPOCH + cursor.key * _MICROSECOND
    except OverflowError:
        raise Invalid("CURSOR", "Give the cursor of the page before as it was given.") from None


def cursor_in(sort: MarketSort, view: MarketView) -> MarketCursor:
    """Where a list in this order goes on after a market."""
    return MarketCursor(sort.key_of(view), view.market.id)
