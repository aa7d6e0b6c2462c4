"""The ledger in PostgreSQL, page by page along its keys."""

from typing import Any

from sqlalchemy import Select, select, tuple_

from adapters.postgres.reading.reader import Reader
from adapters.postgres.rows import LEDGER_COLUMNS, Row, to_entry
from adapters.postgres.tables import refused_orders, trade_ledger, users
from application.shared.pages import Page, one_more, page_of, require_limit
from application.trading.reading.trades import Trade, TradeCursor, cursor_at, is_key, trade_not_found
from domain.shared.ids import MarketId, UserId
from domain.trading.ledger import LedgerEntry

_ENTRY = tuple(trade_ledger.c[name] for name in LEDGER_COLUMNS)
_SEQ = trade_ledger.c.seq
_NEWEST = (trade_ledger.c.executed_at, trade_ledger.c.market_id, _SEQ)
_WITH_HANDLE = trade_ledger.join(users, users.c.id == trade_ledger.c.user_id)


class PostgresTradeHistory(Reader):
    """Implements the TradeHistory port and reads plain entries."""

    async def entries(self, market_id: MarketId, limit: int, after_seq: int = 0) -> list[LedgerEntry]:
        """A market's ledger in the order of seq, from the entry after `after_seq`. Raises Invalid."""
        found = select(*_ENTRY).where(trade_ledger.c.market_id == market_id, after_seq < _SEQ)
        return [to_entry(row) for row in await self._rows(found.order_by(_SEQ).limit(require_limit(limit)))]

    async def trades_after(self, market_id: MarketId, limit: int, after_seq: int = 0) -> Page[Trade, int]:
        """A market's entries in the order of seq, from the one after `after_seq`. Raises Invalid."""
        found = _of_market(market_id).where(after_seq < _SEQ).order_by(_SEQ)
        return await self._page(found, limit)

    async def trades_before(self, market_id: MarketId, limit: int, before_seq: int | None = None) -> Page[Trade, int]:
        """A market's entries, newest first, from the one before `before_seq`. Raises Invalid."""
        found = _of_market(market_id).order_by(_SEQ.desc())
        return await self._page(found if before_seq is None else found.where(before_seq > _SEQ), limit)

    async def trades_of(
        self, user_id: UserId, limit: int, before: TradeCursor | None = None
    ) -> Page[LedgerEntry, TradeCursor]:
        """A user's entries in all markets, newest first. Raises Invalid."""
        found = select(*_ENTRY).where(trade_ledger.c.user_id == user_id)
        if before is not None:
            last = tuple_(*before, types=[column.type for column in _NEWEST])
            found = found.where(trade_ledger.c.executed_at <= before.executed_at, tuple_(*_NEWEST) < last)
        found = found.order_by(*(column.desc() for column in _NEWEST)).limit(one_more(limit))
        return page_of([to_entry(row) for row in await self._rows(found)], limit, cursor_at)

    async def trade_by_key(self, user_id: UserId, key: str) -> LedgerEntry:
        """The entry that an order's idempotency key was answered with.

        Raises NotFound, with another code where the answer was a refusal.
        """
        if not is_key(key):
            raise trade_not_found()
        found = select(*_ENTRY).where(trade_ledger.c.user_id == user_id, trade_ledger.c.key == key)
        # of entries made together, as a claim with a removal of liquidity, the order's own comes last
        rows = await self._rows(found.order_by(_SEQ.desc()).limit(1))
        if rows:
            return to_entry(rows[0])
        refused = select(refused_orders.c.refusal["code"].astext)
        rows = await self._rows(refused.where(refused_orders.c.user_id == user_id, refused_orders.c.key == key))
        raise trade_not_found(rows[0][0] if rows else None)

    async def _page(self, found: Select[Any], limit: int) -> Page[Trade, int]:
        rows = await self._rows(found.limit(one_more(limit)))
        return page_of([_trade(row) for row in rows], limit, lambda trade: trade.entry.seq)


def _of_market(market_id: MarketId) -> Select[Any]:
    return select(users.c.handle, *_ENTRY).select_from(_WITH_HANDLE).where(trade_ledger.c.market_id == market_id)


def _trade(row: Row) -> Trade:
    return Trade(to_entry(row[1:]), row[0])
