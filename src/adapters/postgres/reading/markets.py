"""Markets in PostgreSQL, one or listed.

Lists by age and closing time go along an index; by activity, liquidity or probability, which every trade changes, they
sort all the markets that the filter leaves.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Numeric, case, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.reading.reader import MARKETS_WITH_BOOKS, VIEW_COLUMNS, Reader, to_view
from adapters.postgres.tables import liquidity_pools, markets
from application.shared.pages import Page, one_more, page_of
from application.shared.trips import Trips
from application.trading.queries import MarketView
from application.trading.reading.markets import (
    EVERY_MARKET,
    MarketCursor,
    MarketFilter,
    MarketSort,
    closing_at,
    cursor_in,
)
from application.trading.reading.search import pattern_of
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId
from domain.shared.money import MILLION

_YES, _NO = liquidity_pools.c.yes, liquidity_pools.c.no

_PROBABILITY = case(
    (_YES == 0, -1), else_=cast(func.div(cast(_NO, Numeric) * MILLION, cast(_YES, Numeric) + _NO), BigInteger)
)

_KEYS: dict[MarketSort, ColumnElement[Any]] = {
    MarketSort.CLOSING: markets.c.closes_at,
    MarketSort.ACTIVITY: liquidity_pools.c.seq,
    MarketSort.LIQUIDITY: liquidity_pools.c.collateral,
    MarketSort.PROBABILITY: _PROBABILITY,
}
"""What comes before the id in each order, equal to `MarketSort.key_of`."""


class PostgresMarketList(Reader):
    """Implements the MarketList port and reads one market."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self._views: Trips[MarketId, MarketView | None] = Trips(self._by_ids)

    async def market(self, market_id: MarketId) -> MarketView:
        """One market. Raises NotFound."""
        view = await self._views.ask(market_id)
        if view is None:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return view

    async def _by_ids(self, ids: Sequence[MarketId]) -> Sequence[MarketView | None]:
        named = select(*VIEW_COLUMNS).select_from(MARKETS_WITH_BOOKS).where(markets.c.id.in_(set(ids)))
        found = {view.market.id: view for view in map(to_view, await self._rows(named))}
        return [found.get(market_id) for market_id in ids]

    async def markets(
        self,
        limit: int,
        after: MarketCursor | None = None,
        wanted: MarketFilter = EVERY_MARKET,
        sort: MarketSort = MarketSort.OLDEST,
    ) -> Page[MarketView, MarketCursor]:
        """A page of markets; each comes once, unless what it is sorted by changes between pages. Raises Invalid."""
        order = [_KEYS[sort], markets.c.id] if sort in _KEYS else [markets.c.id]
        found = (
            select(*VIEW_COLUMNS)
            .select_from(MARKETS_WITH_BOOKS)
            .where(*_conditions(wanted))
            .order_by(*(column.desc() if sort.descending else column for column in order))
            .limit(one_more(limit))
        )
        if after is not None:
            last = tuple_(*_last(sort, after), types=[column.type for column in order])
            here = tuple_(*order)
            found = found.where(here < last if sort.descending else here > last)
        return page_of([to_view(row) for row in await self._rows(found)], limit, lambda view: cursor_in(sort, view))


def _last(sort: MarketSort, cursor: MarketCursor) -> list[Any]:
    """The values of the columns of an order at a cursor. Raises Invalid."""
    if sort not in _KEYS:
        return [cursor.market_id]
    return [closing_at(cursor) if sort is MarketSort.CLOSING else cursor.key, cursor.market_id]


def _conditions(wanted: MarketFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.statuses:
        yield markets.c.status.in_(sorted(wanted.statuses))
    if wanted.category is not None:
        yield markets.c.category == wanted.category
    if wanted.text is not None:
        pattern = pattern_of(wanted.text)
        yield or_(markets.c.title.regexp_match(pattern), markets.c.description.regexp_match(pattern))
    if wanted.closes_from is not None:
        yield markets.c.closes_at >= wanted.closes_from
    if wanted.closes_before is not None:
        yield markets.c.closes_at < wanted.closes_before
    if wanted.opened:
        yield liquidity_pools.c.seq > 0
