"""The books in PostgreSQL: locked in id order, written with one statement and one COPY."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.postgres.arrays import arrays, rows_of
from adapters.postgres.rows import (
    BOOK_COLUMNS,
    LEDGER_COLUMNS,
    MARKET_COLUMNS,
    POSITION_COLUMNS,
    STAKE_COLUMNS,
    USER_COLUMNS,
    Row,
    book_row,
    entry_row,
    position_row,
    refusal_json,
    stake_row,
    to_book,
    to_entry,
    to_market,
    to_position,
    to_refusal,
    to_stake,
    to_user,
)
from adapters.postgres.session import Session
from application.trading.ports import Changes, FirstAnswer, HolderKey, Known, OrderKey, Refusal
from domain.accounts.user import User
from domain.shared.ids import MarketId, UserId
from domain.trading.book import Book
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.orders import Order
from domain.trading.position import Position

_UNKNOWN = Known()
_HOLDER = ("market_id", "user_id")
_ORDER = ("market_id", "user_id", "key")
_BALANCE = ("user_id", "balance")
_REFUSAL_COLUMNS = ("user_id", "key", "fingerprint", "refusal")

_TYPES = {
    "market_id": "uuid",
    "user_id": "uuid",
    "action": "text",
    "outcome": "text",
    "executed_at": "timestamptz",
    "prev_hash": "bytea",
    "hash": "bytea",
    "key": "text",
    "fingerprint": "bytea",
    "refusal": "jsonb",
    "head": "bytea",
    "lp_fee_per_share": "numeric",
    "lp_fee_remainder": "numeric",
    "fee_checkpoint": "numeric",
    "fee_owed": "numeric",
}
"""The types of the columns that are not BIGINT."""


def _listed(alias: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _type_of(column: str) -> str:
    return _TYPES.get(column, "bigint")


def _rows_of(name: str, columns: Sequence[str], first: int = 1, *, ordered: bool = False) -> str:
    return rows_of(name, columns, _type_of, first, ordered=ordered)


def _upsert(table: str, name: str, columns: tuple[str, ...], first: int) -> str:
    every = ", ".join(_HOLDER + columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return (
        f"INSERT INTO {table} ({every}) SELECT {every} FROM {_rows_of(name, _HOLDER + columns, first)} "
        f"ON CONFLICT (market_id, user_id) DO UPDATE SET {changes}"
    )


_LOCK_MARKETS = (
    f"SELECT {_listed('m', MARKET_COLUMNS)}, {_listed('p', BOOK_COLUMNS)} "
    "FROM liquidity_pools p JOIN markets m ON m.id = p.market_id "
    "WHERE p.market_id = ANY($1::uuid[]) ORDER BY p.market_id FOR UPDATE OF p, m"
)

_LOCK_USERS = f"SELECT {', '.join(USER_COLUMNS)} FROM users WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"

_HOLDINGS = (
    f"SELECT wanted.market_id, wanted.user_id, {_listed('p', POSITION_COLUMNS)}, {_listed('s', STAKE_COLUMNS)} "
    f"FROM {_rows_of('wanted', _HOLDER)} "
    "LEFT JOIN portfolios p ON p.market_id = wanted.market_id AND p.user_id = wanted.user_id "
    "LEFT JOIN lp_positions s ON s.market_id = wanted.market_id AND s.user_id = wanted.user_id "
    "WHERE p.user_id IS NOT NULL OR s.user_id IS NOT NULL"
)

_KNOWN = (
    f"SELECT wanted.place - 1, {_listed('p', POSITION_COLUMNS)}, {_listed('s', STAKE_COLUMNS)}, "
    f"r.fingerprint, r.refusal, {_listed('l', LEDGER_COLUMNS)} "
    f"FROM {_rows_of('wanted', _ORDER, ordered=True)} "
    "LEFT JOIN portfolios p ON p.market_id = wanted.market_id AND p.user_id = wanted.user_id "
    "LEFT JOIN lp_positions s ON s.market_id = wanted.market_id AND s.user_id = wanted.user_id "
    "LEFT JOIN refused_orders r ON r.user_id = wanted.user_id AND r.key = wanted.key "
    "LEFT JOIN trade_ledger l ON l.user_id = wanted.user_id AND l.key = wanted.key "
    "WHERE p.user_id IS NOT NULL OR s.user_id IS NOT NULL OR r.user_id IS NOT NULL OR l.user_id IS NOT NULL "
    "ORDER BY l.seq"
)
"""Of several entries with the same key, as of a claim and the removal it was made for, the order's own comes last."""

_NEW_BOOK = ", ".join(f"{column} = books.{column}" for column in BOOK_COLUMNS[1:])
_FIRST_BALANCE = 1 + len(BOOK_COLUMNS)
_FIRST_POSITION = _FIRST_BALANCE + len(_BALANCE)
_FIRST_STAKE = _FIRST_POSITION + len(_HOLDER + POSITION_COLUMNS)
_FIRST_REFUSAL = _FIRST_STAKE + len(_HOLDER + STAKE_COLUMNS)
_FIRST_ENTRY = _FIRST_REFUSAL + len(_REFUSAL_COLUMNS)
_NOW = _FIRST_ENTRY + len(LEDGER_COLUMNS)

_WRITE = (
    f"WITH new_books AS (UPDATE liquidity_pools p SET {_NEW_BOOK} "
    f"FROM {_rows_of('books', BOOK_COLUMNS)} WHERE p.market_id = books.market_id), "
    "new_balances AS (UPDATE users u SET balance = balances.balance "
    f"FROM {_rows_of('balances', _BALANCE, _FIRST_BALANCE)} WHERE u.id = balances.user_id), "
    f"new_positions AS ({_upsert('portfolios', 'positions', POSITION_COLUMNS, _FIRST_POSITION)}), "
    f"new_stakes AS ({_upsert('lp_positions', 'stakes', STAKE_COLUMNS, _FIRST_STAKE)}), "
    f"new_refusals AS (INSERT INTO refused_orders ({', '.join(_REFUSAL_COLUMNS)}, refused_at) "
    f"SELECT refusals.*, ${_NOW}::timestamptz FROM {_rows_of('refusals', _REFUSAL_COLUMNS, _FIRST_REFUSAL)}) "
    f"INSERT INTO trade_ledger ({', '.join(LEDGER_COLUMNS)}) "
    f"SELECT * FROM {_rows_of('entries', LEDGER_COLUMNS, _FIRST_ENTRY)}"
)
"""Every table in one round trip: on a hot market the time on the wire is time under the lock."""

COPY_FROM = 100
"""So many entries go to the ledger by COPY, which takes two more round trips but less for each row."""


class PostgresBooks:
    """Implements the Books port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def lock_markets(self, ids: Collection[MarketId]) -> Mapping[MarketId, tuple[Market, Book]]:
        """Lock markets in the order of their ids; those unknown are left out."""
        split = len(MARKET_COLUMNS)
        rows = await self._session.fetch(_LOCK_MARKETS, list(ids))
        return {row[0]: (to_market(row[:split]), to_book(row[split:])) for row in rows}

    async def lock_users(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Lock users in the order of their ids; those unknown are left out."""
        return {row[0]: to_user(row) for row in await self._session.fetch(_LOCK_USERS, list(ids))}

    async def holdings(self, keys: Collection[HolderKey]) -> Mapping[HolderKey, tuple[Position, Stake]]:
        """What locked users hold in locked markets."""
        rows = await self._session.fetch(_HOLDINGS, *arrays(_HOLDER, keys))
        return {(row[0], row[1]): (to_position(row[2:7]), to_stake(row[7:])) for row in rows}

    async def known(self, orders: Sequence[Order]) -> Sequence[Known]:
        """What is known of each order of locked users on locked markets, in their order."""
        wanted = [(order.market_id, order.user_id, order.key) for order in orders]
        found = [_UNKNOWN] * len(orders)
        for row in await self._session.fetch(_KNOWN, *arrays(_ORDER, wanted)):
            found[row[0]] = Known(to_position(row[1:6]), to_stake(row[6:10]), _to_answer(row[10:]))
        return found

    async def write(self, changes: Changes, now: datetime) -> None:
        """Write values and entries. Raises StoreError where a constraint refuses them."""
        holders = [(*key, *position_row(position)) for key, position in changes.positions.items()]
        providers = [(*key, *stake_row(stake)) for key, stake in changes.stakes.items()]
        entries = list(map(entry_row, changes.entries))
        by_copy = len(entries) >= COPY_FROM
        await self._session.fetch(
            _WRITE,
            *arrays(BOOK_COLUMNS, [book_row(book) for book in changes.books.values()]),
            *arrays(_BALANCE, changes.balances.items()),
            *arrays(_HOLDER + POSITION_COLUMNS, holders),
            *arrays(_HOLDER + STAKE_COLUMNS, providers),
            *arrays(_REFUSAL_COLUMNS, [_refusal_row(*item) for item in changes.refusals.items()]),
            *arrays(LEDGER_COLUMNS, [] if by_copy else entries),
            now,
        )
        if by_copy:
            await self._session.copy("trade_ledger", LEDGER_COLUMNS, entries)


def _to_answer(row: Row) -> FirstAnswer | None:
    """The first answer in a row of a refusal's fingerprint, its content, and LEDGER_COLUMNS; each may be missing."""
    if row[2] is not None:
        return to_entry(row[2:])
    return None if row[0] is None else Refusal(row[0], to_refusal(row[1]))


def _refusal_row(key: OrderKey, refusal: Refusal) -> tuple[Any, ...]:
    return *key, refusal.fingerprint, json.dumps(refusal_json(refusal.error))
