"""Reads in PostgreSQL, each one statement on its own snapshot."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.rows import (
    BOOK_COLUMNS,
    LEDGER_COLUMNS,
    MARKET_COLUMNS,
    POSITION_COLUMNS,
    STAKE_COLUMNS,
    Row,
    to_book,
    to_entry,
    to_market,
    to_position,
    to_stake,
)
from adapters.postgres.session import session
from adapters.postgres.tables import liquidity_pools, lp_positions, markets, portfolios, trade_ledger, users
from application.trading.queries import MarketView, Portfolio, PortfolioLine
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.ledger import LedgerEntry
from domain.trading.listing import Listing
from domain.trading.market import Status

_LISTING_COLUMNS = ("title", "description", "category", "probability", "created_at")
_VIEW_COLUMNS = (
    *(markets.c[name] for name in MARKET_COLUMNS),
    *(liquidity_pools.c[name] for name in BOOK_COLUMNS),
    *(markets.c[name] for name in _LISTING_COLUMNS),
)
_HOLDING_COLUMNS = (
    *(portfolios.c[name] for name in POSITION_COLUMNS),
    *(lp_positions.c[name] for name in STAKE_COLUMNS),
)
_BOTH = markets.join(liquidity_pools, liquidity_pools.c.market_id == markets.c.id)


class PostgresQueries:
    """Implements the TradingQueries port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def market(self, market_id: MarketId) -> MarketView:
        """One market. Raises NotFound."""
        rows = await self._rows(select(*_VIEW_COLUMNS).select_from(_BOTH).where(markets.c.id == market_id))
        if not rows:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return _view(rows[0])

    async def markets(
        self, limit: int, after: MarketId | None = None, status: Status | None = None
    ) -> list[MarketView]:
        """Markets in the order of their ids, from the one after `after`."""
        found = select(*_VIEW_COLUMNS).select_from(_BOTH).order_by(markets.c.id).limit(limit)
        if after is not None:
            found = found.where(markets.c.id > after)
        if status is not None:
            found = found.where(markets.c.status == status)
        return [_view(row) for row in await self._rows(found)]

    async def portfolio(self, user_id: UserId) -> Portfolio:
        """What a user has. Raises NotFound."""
        holdings = portfolios.outerjoin(
            lp_positions,
            (lp_positions.c.market_id == portfolios.c.market_id) & (lp_positions.c.user_id == portfolios.c.user_id),
        ).join(_BOTH, markets.c.id == portfolios.c.market_id)
        found = (
            select(users.c.balance, portfolios.c.market_id, *_HOLDING_COLUMNS, *_VIEW_COLUMNS)
            .select_from(users.outerjoin(holdings, portfolios.c.user_id == users.c.id))
            .where(users.c.id == user_id)
            .order_by(portfolios.c.market_id)
        )
        rows = await self._rows(found)
        if not rows:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
        return Portfolio(user_id, rows[0][0], [_line(row[2:]) for row in rows if row[1] is not None])

    async def entries(self, market_id: MarketId, limit: int, after_seq: int = 0) -> list[LedgerEntry]:
        """A market's ledger in the order of seq, from the entry after `after_seq`."""
        found = select(*(trade_ledger.c[name] for name in LEDGER_COLUMNS)).where(
            trade_ledger.c.market_id == market_id, trade_ledger.c.seq > after_seq
        )
        return [to_entry(row) for row in await self._rows(found.order_by(trade_ledger.c.seq).limit(limit))]

    async def _rows(self, statement: Select[Any]) -> list[Row]:
        async with session(self._engine) as opened:
            return list(await opened.rows(statement))


def _view(row: Row) -> MarketView:
    split, end = len(MARKET_COLUMNS), len(MARKET_COLUMNS) + len(BOOK_COLUMNS)
    title, description, category, probability, created_at = row[end:]
    listing = Listing(title, description, category, probability)
    return MarketView(to_market(row[:split]), listing, to_book(row[split:end]), created_at)


def _line(row: Row) -> PortfolioLine:
    split, end = len(POSITION_COLUMNS), len(POSITION_COLUMNS) + len(STAKE_COLUMNS)
    return PortfolioLine(_view(row[end:]), to_position(row[:split]), to_stake(row[split:end]))
