"""The books in PostgreSQL: locked in id order, written with one statement and one COPY."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, Numeric, Text, TextClause, Uuid, bindparam, text

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
_BALANCE = ("user_id", "balance")
_ANSWER_COLUMNS = ("user_id", "key", "fingerprint", "market_id", "seq", "refusal")

_TYPES: dict[str, Any] = {
    "market_id": Uuid,
    "user_id": Uuid,
    "key": Text,
    "fingerprint": Text,
    "refusal": Text,
    "head": Text,
    "lp_fee_per_share": Numeric,
    "lp_fee_remainder": Numeric,
    "fee_checkpoint": Numeric,
    "fee_owed": Numeric,
}
"""The types of array elements that are not BIGINT; bytes travel as hexadecimal text, refusals as JSON text."""


def _listed(alias: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _rows_of(name: str, columns: tuple[str, ...]) -> str:
    """The rows of the array parameters `name_column`, as a relation of that name."""
    return f"unnest({', '.join(f':{name}_{column}' for column in columns)}) AS {name}({', '.join(columns)})"


def _statement(sql: str, **rows: tuple[str, ...]) -> TextClause:
    """A statement over rows that are sent as one array a column."""
    return text(sql).bindparams(
        *(
            bindparam(f"{name}_{column}", type_=ARRAY(_TYPES.get(column, BigInteger)))
            for name, columns in rows.items()
            for column in columns
        )
    )


def _arrays(name: str, columns: tuple[str, ...], rows: Collection[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """The parameters for these rows."""
    names = [f"{name}_{column}" for column in columns]
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {each: [] for each in names}


def _upsert(table: str, name: str, columns: tuple[str, ...]) -> str:
    every = ", ".join(_HOLDER + columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return (
        f"INSERT INTO {table} ({every}) SELECT {every} FROM {_rows_of(name, _HOLDER + columns)} "
        f"ON CONFLICT (market_id, user_id) DO UPDATE SET {changes}"
    )


_LOCK_MARKETS = _statement(
    f"SELECT {_listed('m', MARKET_COLUMNS)}, {_listed('p', BOOK_COLUMNS)} "
    "FROM liquidity_pools p JOIN markets m ON m.id = p.market_id "
    "WHERE p.market_id = ANY(:wanted_market_id) ORDER BY p.market_id FOR UPDATE OF p, m",
    wanted=("market_id",),
)

_LOCK_USERS = _statement(
    f"SELECT {', '.join(USER_COLUMNS)} FROM users WHERE id = ANY(:wanted_user_id) ORDER BY id FOR UPDATE",
    wanted=("user_id",),
)

_HOLDINGS = _statement(
    f"SELECT wanted.market_id, wanted.user_id, {_listed('p', POSITION_COLUMNS)}, {_listed('s', STAKE_COLUMNS)} "
    f"FROM {_rows_of('wanted', _HOLDER)} "
    "LEFT JOIN portfolios p ON p.market_id = wanted.market_id AND p.user_id = wanted.user_id "
    "LEFT JOIN lp_positions s ON s.market_id = wanted.market_id AND s.user_id = wanted.user_id "
    "WHERE p.user_id IS NOT NULL OR s.user_id IS NOT NULL",
    wanted=_HOLDER,
)

_FIRST_ANSWERS = _statement(
    f"SELECT k.user_id, k.key, k.fingerprint, k.refusal, {_listed('l', LEDGER_COLUMNS)} "
    f"FROM {_rows_of('wanted', ('user_id', 'key'))} "
    "JOIN idempotency_keys k ON k.user_id = wanted.user_id AND k.key = wanted.key "
    "LEFT JOIN trade_ledger l ON l.market_id = k.market_id AND l.seq = k.seq",
    wanted=("user_id", "key"),
)

_NEW_HEAD = "head = decode(books.head, 'hex')"
_NEW_BOOK = ", ".join([f"{column} = books.{column}" for column in BOOK_COLUMNS[1:-1]] + [_NEW_HEAD])

_WRITE = _statement(
    f"WITH new_books AS (UPDATE liquidity_pools p SET {_NEW_BOOK} "
    f"FROM {_rows_of('books', BOOK_COLUMNS)} WHERE p.market_id = books.market_id), "
    "new_balances AS (UPDATE users u SET balance = balances.balance "
    f"FROM {_rows_of('balances', _BALANCE)} WHERE u.id = balances.user_id), "
    f"new_positions AS ({_upsert('portfolios', 'positions', POSITION_COLUMNS)}), "
    f"new_stakes AS ({_upsert('lp_positions', 'stakes', STAKE_COLUMNS)}) "
    "INSERT INTO idempotency_keys (user_id, key, fingerprint, market_id, seq, refusal, answered_at) "
    "SELECT user_id, key, decode(fingerprint, 'hex'), market_id, seq, CAST(refusal AS jsonb), :now "
    f"FROM {_rows_of('answers', _ANSWER_COLUMNS)}",
    books=BOOK_COLUMNS,
    balances=_BALANCE,
    positions=_HOLDER + POSITION_COLUMNS,
    stakes=_HOLDER + STAKE_COLUMNS,
    answers=_ANSWER_COLUMNS,
).bindparams(bindparam("now", type_=DateTime(timezone=True)))
"""Every table but the ledger, in one round trip: on a hot market the time on the wire is time under the lock."""


class PostgresBooks:
    """Implements the Books port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def lock_markets(self, ids: Collection[MarketId]) -> Mapping[MarketId, tuple[Market, Book]]:
        """Lock markets in the order of their ids; those unknown are left out."""
        split = len(MARKET_COLUMNS)
        rows = await self._session.rows(_LOCK_MARKETS, wanted_market_id=list(ids))
        return {row[0]: (to_market(row[:split]), to_book(row[split:])) for row in rows}

    async def lock_users(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Lock users in the order of their ids; those unknown are left out."""
        return {row[0]: to_user(row) for row in await self._session.rows(_LOCK_USERS, wanted_user_id=list(ids))}

    async def holdings(self, keys: Collection[HolderKey]) -> Mapping[HolderKey, tuple[Position, Stake]]:
        """What locked users hold in locked markets."""
        rows = await self._session.rows(_HOLDINGS, **_arrays("wanted", _HOLDER, keys))
        return {(row[0], row[1]): (to_position(row[2:7]), to_stake(row[7:])) for row in rows}

    async def first_answers(self, keys: Collection[OrderKey]) -> Mapping[OrderKey, FirstAnswer]:
        """The first answers to idempotency keys of locked users; new keys are left out."""
        rows = await self._session.rows(_FIRST_ANSWERS, **_arrays("wanted", ("user_id", "key"), keys))
        return {
            (user_id, key): FirstAnswer(fingerprint, to_refusal(refusal) if refusal else to_entry(entry))
            for user_id, key, fingerprint, refusal, *entry in rows
        }

    async def write(self, changes: Changes, now: datetime) -> None:
        """Write values and entries. Raises StoreError where a constraint refuses them."""
        holders = [(*key, *position_row(position)) for key, position in changes.positions.items()]
        providers = [(*key, *stake_row(stake)) for key, stake in changes.stakes.items()]
        await self._session.run(
            _WRITE,
            now=now,
            **_arrays("books", BOOK_COLUMNS, [_book_row(book) for book in changes.books.values()]),
            **_arrays("balances", _BALANCE, changes.balances.items()),
            **_arrays("positions", _HOLDER + POSITION_COLUMNS, holders),
            **_arrays("stakes", _HOLDER + STAKE_COLUMNS, providers),
            **_arrays("answers", _ANSWER_COLUMNS, [_answer_row(*item) for item in changes.answers.items()]),
        )
        if changes.entries:
            await self._session.copy("trade_ledger", LEDGER_COLUMNS, map(entry_row, changes.entries))


def _book_row(book: Book) -> tuple[Any, ...]:
    *row, head = book_row(book)
    return *row, head.hex()


def _answer_row(key: OrderKey, first: FirstAnswer) -> tuple[Any, ...]:
    answer, fingerprint = first.answer, first.fingerprint.hex()
    if isinstance(answer, LedgerEntry):
        return *key, fingerprint, answer.market_id, answer.seq, None
    assert isinstance(answer, PresageError)
    return *key, fingerprint, None, None, json.dumps(refusal_json(answer))
