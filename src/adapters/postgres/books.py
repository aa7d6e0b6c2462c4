"""The books in PostgreSQL: locked in id order, written with one statement and one COPY."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from adapters.postgres.rows import (
    BOOK_COLUMNS,
    LEDGER_COLUMNS,
    MARKET_COLUMNS,
    POSITION_COLUMNS,
    STAKE_COLUMNS,
    USER_COLUMNS,
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
from application.trading.ports import Changes, FirstAnswer, HolderKey, OrderKey
from domain.accounts.user import User
from domain.shared.errors import PresageError
from domain.shared.ids import MarketId, UserId
from domain.trading.book import Book
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.position import Position

_HOLDER = ("market_id", "user_id")
_KEY = ("user_id", "key")
_BALANCE = ("user_id", "balance")
_ANSWER_COLUMNS = ("user_id", "key", "fingerprint", "market_id", "seq", "refusal")

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


def _rows_of(name: str, columns: tuple[str, ...], first: int = 1) -> str:
    """Rows that are sent as one array a column, from parameter `first` on, as a relation of that name."""
    arrays = (f"${first + place}::{_TYPES.get(column, 'bigint')}[]" for place, column in enumerate(columns))
    return f"unnest({', '.join(arrays)}) AS {name}({', '.join(columns)})"


def _arrays(columns: tuple[str, ...], rows: Collection[tuple[Any, ...]]) -> list[list[Any]]:
    """The parameters for these rows."""
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in columns]


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

_FIRST_ANSWERS = (
    f"SELECT k.user_id, k.key, k.fingerprint, k.refusal, {_listed('l', LEDGER_COLUMNS)} "
    f"FROM {_rows_of('wanted', _KEY)} "
    "JOIN idempotency_keys k ON k.user_id = wanted.user_id AND k.key = wanted.key "
    "LEFT JOIN trade_ledger l ON l.market_id = k.market_id AND l.seq = k.seq"
)

_NEW_BOOK = ", ".join(f"{column} = books.{column}" for column in BOOK_COLUMNS[1:])
_FIRST_BALANCE = 1 + len(BOOK_COLUMNS)
_FIRST_POSITION = _FIRST_BALANCE + len(_BALANCE)
_FIRST_STAKE = _FIRST_POSITION + len(_HOLDER + POSITION_COLUMNS)
_FIRST_ANSWER = _FIRST_STAKE + len(_HOLDER + STAKE_COLUMNS)
_FIRST_ENTRY = _FIRST_ANSWER + len(_ANSWER_COLUMNS)
_NOW = _FIRST_ENTRY + len(LEDGER_COLUMNS)

_WRITE = (
    f"WITH new_books AS (UPDATE liquidity_pools p SET {_NEW_BOOK} "
    f"FROM {_rows_of('books', BOOK_COLUMNS)} WHERE p.market_id = books.market_id), "
    "new_balances AS (UPDATE users u SET balance = balances.balance "
    f"FROM {_rows_of('balances', _BALANCE, _FIRST_BALANCE)} WHERE u.id = balances.user_id), "
    f"new_positions AS ({_upsert('portfolios', 'positions', POSITION_COLUMNS, _FIRST_POSITION)}), "
    f"new_stakes AS ({_upsert('lp_positions', 'stakes', STAKE_COLUMNS, _FIRST_STAKE)}), "
    f"new_answers AS (INSERT INTO idempotency_keys ({', '.join(_ANSWER_COLUMNS)}, answered_at) "
    f"SELECT answers.*, ${_NOW}::timestamptz FROM {_rows_of('answers', _ANSWER_COLUMNS, _FIRST_ANSWER)}) "
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
        rows = await self._session.fetch(_HOLDINGS, *_arrays(_HOLDER, keys))
        return {(row[0], row[1]): (to_position(row[2:7]), to_stake(row[7:])) for row in rows}

    async def first_answers(self, keys: Collection[OrderKey]) -> Mapping[OrderKey, FirstAnswer]:
        """The first answers to idempotency keys of locked users; new keys are left out."""
        rows = await self._session.fetch(_FIRST_ANSWERS, *_arrays(_KEY, keys))
        return {
            (user_id, key): FirstAnswer(fingerprint, to_refusal(refusal) if refusal else to_entry(entry))
            for user_id, key, fingerprint, refusal, *entry in rows
        }

    async def write(self, changes: Changes, now: datetime) -> None:
        """Write values and entries. Raises StoreError where a constraint refuses them."""
        holders = [(*key, *position_row(position)) for key, position in changes.positions.items()]
        providers = [(*key, *stake_row(stake)) for key, stake in changes.stakes.items()]
        entries = list(map(entry_row, changes.entries))
        by_copy = len(entries) >= COPY_FROM
        await self._session.fetch(
            _WRITE,
            *_arrays(BOOK_COLUMNS, [book_row(book) for book in changes.books.values()]),
            *_arrays(_BALANCE, changes.balances.items()),
            *_arrays(_HOLDER + POSITION_COLUMNS, holders),
            *_arrays(_HOLDER + STAKE_COLUMNS, providers),
            *_arrays(_ANSWER_COLUMNS, [_answer_row(*item) for item in changes.answers.items()]),
            *_arrays(LEDGER_COLUMNS, [] if by_copy else entries),
            now,
        )
        if by_copy:
            await self._session.copy("trade_ledger", LEDGER_COLUMNS, entries)


def _answer_row(key: OrderKey, first: FirstAnswer) -> tuple[Any, ...]:
    answer, fingerprint = first.answer, first.fingerprint
    if isinstance(answer, LedgerEntry):
        return *key, fingerprint, answer.market_id, answer.seq, None
    assert isinstance(answer, PresageError)
    return *key, fingerprint, None, None, json.dumps(refusal_json(answer))
