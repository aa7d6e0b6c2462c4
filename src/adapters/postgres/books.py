"""The books in PostgreSQL: locked in id order, written with one statement a table."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Numeric, Text, TextClause, Uuid, bindparam, text

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

_TYPES: dict[str, Any] = {
    "market_id": Uuid,
    "user_id": Uuid,
    "key": Text,
    "head": Text,
    "lp_fee_per_share": Numeric,
    "lp_fee_remainder": Numeric,
    "fee_checkpoint": Numeric,
    "fee_owed": Numeric,
}


def _listed(alias: str, columns: Collection[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _arrays(sql: str, *names: str) -> TextClause:
    """A statement whose parameters are arrays, one element a row."""
    return text(sql).bindparams(*(bindparam(name, type_=ARRAY(_TYPES.get(name, BigInteger))) for name in names))


def _unnest(columns: Collection[str]) -> str:
    """The rows of the array parameters, as relation `c`."""
    return f"unnest({', '.join(f':{column}' for column in columns)}) AS c({', '.join(columns)})"


def _upsert(table: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    every = keys + columns
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return _arrays(
        f"INSERT INTO {table} ({', '.join(every)}) SELECT * FROM {_unnest(every)} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}",
        *every,
    )


_HOLDER = ("market_id", "user_id")

_LOCK_MARKETS = text(
    f"SELECT {_listed('m', MARKET_COLUMNS)}, {_listed('p', BOOK_COLUMNS)} "
    "FROM liquidity_pools p JOIN markets m ON m.id = p.market_id "
    "WHERE p.market_id = ANY(:market_id) ORDER BY p.market_id FOR UPDATE OF p, m"
).bindparams(bindparam("market_id", type_=ARRAY(Uuid)))

_LOCK_USERS = text(
    f"SELECT {', '.join(USER_COLUMNS)} FROM users WHERE id = ANY(:user_id) ORDER BY id FOR UPDATE"
).bindparams(bindparam("user_id", type_=ARRAY(Uuid)))

_HOLDINGS = _arrays(
    f"SELECT c.market_id, c.user_id, {_listed('p', POSITION_COLUMNS)}, {_listed('s', STAKE_COLUMNS)} "
    f"FROM {_unnest(_HOLDER)} "
    "LEFT JOIN portfolios p ON p.market_id = c.market_id AND p.user_id = c.user_id "
    "LEFT JOIN lp_positions s ON s.market_id = c.market_id AND s.user_id = c.user_id "
    "WHERE p.user_id IS NOT NULL OR s.user_id IS NOT NULL",
    *_HOLDER,
)

_FIRST_ANSWERS = _arrays(
    f"SELECT k.user_id, k.key, k.fingerprint, k.refusal, {_listed('l', LEDGER_COLUMNS)} "
    f"FROM {_unnest(('user_id', 'key'))} JOIN idempotency_keys k ON k.user_id = c.user_id AND k.key = c.key "
    "LEFT JOIN trade_ledger l ON l.market_id = k.market_id AND l.seq = k.seq",
    "user_id",
    "key",
)

_WRITE_BOOKS = _arrays(
    "UPDATE liquidity_pools p SET "
    + ", ".join(
        f"{column} = " + (f"decode(c.{column}, 'hex')" if column == "head" else f"c.{column}")
        for column in BOOK_COLUMNS[1:]
    )
    + f" FROM {_unnest(BOOK_COLUMNS)} WHERE p.market_id = c.market_id",
    *BOOK_COLUMNS,
)

_WRITE_BALANCES = _arrays(
    f"UPDATE users u SET balance = c.balance FROM {_unnest(('user_id', 'balance'))} WHERE u.id = c.user_id",
    "user_id",
    "balance",
)

_WRITE_POSITIONS = _upsert("portfolios", _HOLDER, POSITION_COLUMNS)
_WRITE_STAKES = _upsert("lp_positions", _HOLDER, STAKE_COLUMNS)
_ANSWER_COLUMNS = ("user_id", "key", "fingerprint", "market_id", "seq", "refusal", "answered_at")


class PostgresBooks:
    """Implements the Books port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def lock_markets(self, ids: Collection[MarketId]) -> Mapping[MarketId, tuple[Market, Book]]:
        """Lock markets in the order of their ids; those unknown are left out."""
        split = len(MARKET_COLUMNS)
        rows = await self._session.rows(_LOCK_MARKETS, market_id=list(ids))
        return {row[0]: (to_market(row[:split]), to_book(row[split:])) for row in rows}

    async def lock_users(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Lock users in the order of their ids; those unknown are left out."""
        return {row[0]: to_user(row) for row in await self._session.rows(_LOCK_USERS, user_id=list(ids))}

    async def holdings(self, keys: Collection[HolderKey]) -> Mapping[HolderKey, tuple[Position, Stake]]:
        """What locked users hold in locked markets."""
        rows = await self._session.rows(_HOLDINGS, **_columns(_HOLDER, keys))
        return {(row[0], row[1]): (to_position(row[2:7]), to_stake(row[7:])) for row in rows}

    async def first_answers(self, keys: Collection[OrderKey]) -> Mapping[OrderKey, FirstAnswer]:
        """The first answers to idempotency keys of locked users; new keys are left out."""
        rows = await self._session.rows(_FIRST_ANSWERS, **_columns(("user_id", "key"), keys))
        return {
            (user_id, key): FirstAnswer(fingerprint, to_refusal(refusal) if refusal else to_entry(entry))
            for user_id, key, fingerprint, refusal, *entry in rows
        }

    async def write(self, changes: Changes, now: datetime) -> None:
        """Write values and entries. Raises StoreError where a constraint refuses them."""
        run = self._session.run
        if changes.books:
            books = [(*row[:-1], row[-1].hex()) for row in map(book_row, changes.books.values())]
            await run(_WRITE_BOOKS, **_columns(BOOK_COLUMNS, books))
        if changes.balances:
            await run(_WRITE_BALANCES, **_columns(("user_id", "balance"), changes.balances.items()))
        if changes.positions:
            positions = [(*key, *position_row(position)) for key, position in changes.positions.items()]
            await run(_WRITE_POSITIONS, **_columns(_HOLDER + POSITION_COLUMNS, positions))
        if changes.stakes:
            stakes = [(*key, *stake_row(stake)) for key, stake in changes.stakes.items()]
            await run(_WRITE_STAKES, **_columns(_HOLDER + STAKE_COLUMNS, stakes))
        if changes.entries:
            await self._session.copy("trade_ledger", LEDGER_COLUMNS, map(entry_row, changes.entries))
        if changes.answers:
            answers = (_answer_row(*item, now) for item in changes.answers.items())
            await self._session.copy("idempotency_keys", _ANSWER_COLUMNS, answers)


def _columns(names: tuple[str, ...], rows: Collection[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Rows turned into one array a column."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _answer_row(key: OrderKey, first: FirstAnswer, now: datetime) -> tuple[Any, ...]:
    answer = first.answer
    if isinstance(answer, LedgerEntry):
        return *key, first.fingerprint, answer.market_id, answer.seq, None, now
    assert isinstance(answer, PresageError)
    return *key, first.fingerprint, None, None, json.dumps(refusal_json(answer)), now
