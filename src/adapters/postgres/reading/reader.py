"""What every reader shares: a pool of connections, and the columns of a market and its book."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.cover_tables import COVERED
from adapters.postgres.rows import BOOK_COLUMNS, MARKET_COLUMNS, Row, to_book, to_market
from adapters.postgres.session import session
from adapters.postgres.tables import liquidity_pools, markets
from application.trading.queries import MarketView
from domain.trading.listing import Listing

_LISTING_COLUMNS = ("title", "description", "category", "probability", "created_at")

VIEW_COLUMNS = (
    *(markets.c[name] for name in MARKET_COLUMNS),
    *(liquidity_pools.c[name] for name in BOOK_COLUMNS),
    *(markets.c[name] for name in _LISTING_COLUMNS),
    COVERED,
)
MARKETS_WITH_BOOKS = markets.join(liquidity_pools, liquidity_pools.c.market_id == markets.c.id)


class Reader:
    """Reads, each one statement on its own snapshot."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def _rows(self, statement: Executable, **parameters: Any) -> Sequence[Row]:
        async with session(self._engine) as opened:
            return await opened.rows(statement, **parameters)


def to_view(row: Row) -> MarketView:
    """A row of VIEW_COLUMNS."""
    split, end = len(MARKET_COLUMNS), len(MARKET_COLUMNS) + len(BOOK_COLUMNS)
    title, description, category, probability, created_at, covered = row[end:]
    listing = Listing(title, description, category, probability)
    return MarketView(to_market(row[:split]), listing, to_book(row[split:end]), created_at, covered)
