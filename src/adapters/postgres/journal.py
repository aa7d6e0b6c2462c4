"""The journal in PostgreSQL: one read-only transaction on one snapshot, read through cursors."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text
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
from adapters.postgres.session import Session, session
from application.trading.journal import Account, HoldingRecord, KeyFault, MarketRecord, Pages, Part, Size
from domain.trading.book import Holding
from domain.trading.ledger import LedgerEntry

PAGE = 1_000
"""Rows fetched at once through each cursor."""

T = TypeVar("T")

_ISOLATED = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

# It may take minutes and waits for nobody's locks; sorting what a whole ledger says of accounts deserves memory.
_PATIENT = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL work_mem = '64MB'",
)


def _listed(alias: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


_SIZE = "SELECT count(*), count(key) + (SELECT count(*) FROM refused_orders) FROM trade_ledger"

_BOUNDS = """
    SELECT market_id
    FROM (SELECT market_id, count(*) AS own, sum(count(*)) OVER (ORDER BY market_id) AS so_far
          FROM trade_ledger GROUP BY market_id) AS counted
    WHERE floor(so_far / :entries) > floor((so_far - own) / :entries)
    ORDER BY market_id
"""
"""The last market of each part: the one with which the entries so far come to another multiple of `entries`."""

_IN_PART = "BETWEEN :first AND :last"

_MARKETS = f"""
    SELECT {_listed("m", MARKET_COLUMNS)}, {_listed("p", BOOK_COLUMNS)}, coalesce(h.yes, 0), coalesce(h.no, 0)
    FROM markets m
    LEFT JOIN liquidity_pools p ON p.market_id = m.id
    LEFT JOIN (SELECT market_id, sum(yes) AS yes, sum(no) AS no FROM portfolios
               WHERE market_id {_IN_PART} GROUP BY market_id) h ON h.market_id = m.id
    WHERE m.id {_IN_PART}
    ORDER BY m.id
"""

_ENTRIES = f"SELECT {', '.join(LEDGER_COLUMNS)} FROM trade_ledger WHERE market_id {_IN_PART} ORDER BY market_id, seq"

_HOLDINGS = f"""
    SELECT market_id, user_id, {_listed("p", POSITION_COLUMNS)}, {_listed("s", STAKE_COLUMNS)}
    FROM (SELECT * FROM portfolios WHERE market_id {_IN_PART}) p
    FULL JOIN (SELECT * FROM lp_positions WHERE market_id {_IN_PART}) s USING (market_id, user_id)
    ORDER BY market_id, user_id
"""

_ACCOUNTS = """
    SELECT user_id, sum(balance), sum(granted), sum(traded), sum(realised), sum(basis)
    FROM (
        SELECT id AS user_id, balance, 0 AS granted, 0 AS traded, 0 AS realised, 0 AS basis FROM users
        UNION ALL SELECT user_id, NULL, sum(amount), 0, 0, 0 FROM point_grants GROUP BY user_id
        UNION ALL SELECT user_id, NULL, 0, sum(amount_out - amount_in), 0, 0 FROM trade_ledger GROUP BY user_id
        UNION ALL SELECT user_id, NULL, 0, 0, sum(realised), sum(yes_basis + no_basis) FROM portfolios GROUP BY user_id
        UNION ALL SELECT user_id, NULL, 0, 0, 0, sum(basis) FROM lp_positions GROUP BY user_id
    ) AS moved
    GROUP BY user_id
"""

_KEY_FAULTS = """
    SELECT user_id, key, sum(fills), sum(refusals)
    FROM (
        SELECT user_id, key, 1 AS fills, 0 AS refusals FROM trade_ledger l
        WHERE key IS NOT NULL AND NOT (action = 'FEE_CLAIM' AND EXISTS (
            SELECT FROM trade_ledger r
            WHERE r.market_id = l.market_id AND r.seq = l.seq + 1 AND r.action = 'REMOVE_LIQUIDITY'
            AND r.user_id = l.user_id AND r.key = l.key AND r.fingerprint = l.fingerprint))
        UNION ALL SELECT user_id, key, 0, 1 FROM refused_orders
    ) AS answers
    GROUP BY user_id, key
    HAVING count(*) > 1
"""


class PostgresJournal:
    """Implements the Journal port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def size(self) -> Size:
        """How much there is to check."""
        [row] = await self._session.rows(text(_SIZE))
        return Size(*row)

    async def parts(self, entries: int) -> Sequence[Part]:
        """Parts that follow each other and are everything together, with about so many `entries` in each."""
        rest, parts = Part(), []
        for [last] in await self._session.rows(text(_BOUNDS), entries=entries):
            if last < rest.last:
                parts.append(Part(rest.first, last))
                rest = rest.after(last)
        return [*parts, rest]

    async def share(self) -> str:
        """The name by which others may open a journal on the same moment, as long as this one is open."""
        [[name]] = await self._session.rows(text("SELECT pg_export_snapshot()"))
        return str(name)

    def markets(self, part: Part) -> Pages[MarketRecord]:
        """Every market of a part, in the order of ids."""
        return self._pages(_MARKETS, _to_record, **_bounds(part))

    def entries(self, part: Part) -> Pages[LedgerEntry]:
        """The ledger of a part, in the order of market and seq."""
        return self._pages(_ENTRIES, to_entry, **_bounds(part))

    def holdings(self, part: Part) -> Pages[HoldingRecord]:
        """What everybody holds in a part, in the order of market and user."""
        return self._pages(_HOLDINGS, _to_holding, **_bounds(part))

    def accounts(self) -> Pages[Account]:
        """Every user, and every user id that a grant, an entry or a holding names."""
        return self._pages(_ACCOUNTS, _to_account)

    def key_faults(self) -> Pages[KeyFault]:
        """Idempotency keys that were answered more than once."""
        return self._pages(_KEY_FAULTS, lambda row: KeyFault(row[0], row[1], int(row[2]), int(row[3])))

    async def _pages(self, sql: str, read: Callable[[Row], T], **parameters: UUID) -> AsyncIterator[list[T]]:
        async for rows in self._session.stream(text(sql), PAGE, **parameters):
            yield [read(row) for row in rows]


class PostgresJournals:
    """Opens journals, each on a snapshot of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self, shared: str | None = None) -> AsyncIterator[PostgresJournal]:
        """A journal on a snapshot of this moment, or on one that another journal shares. Raises StoreBusy."""
        async with session(self._engine) as opened:
            await opened.run(text(_ISOLATED))
            if shared is not None:
                await opened.run(text(f"SET TRANSACTION SNAPSHOT '{_checked(shared)}'"))
            for statement in _PATIENT:
                await opened.run(text(statement))
            yield PostgresJournal(opened)


def _checked(name: str) -> str:
    """The name of a snapshot, which no parameter can carry."""
    if not re.fullmatch(r"[0-9A-F-]+", name):
        raise ValueError(f"not the name of a snapshot: {name!r}")
    return name


def _bounds(part: Part) -> dict[str, UUID]:
    return {"first": part.first, "last": part.last}


def _to_record(row: Row) -> MarketRecord:
    split, end = len(MARKET_COLUMNS), len(MARKET_COLUMNS) + len(BOOK_COLUMNS)
    book = None if row[split] is None else to_book(row[split:end])
    return MarketRecord(to_market(row[:split]), book, int(row[end]), int(row[end + 1]))


def _to_holding(row: Row) -> HoldingRecord:
    split = 2 + len(POSITION_COLUMNS)
    return HoldingRecord(row[0], row[1], Holding(0, to_position(row[2:split]), to_stake(row[split:])))


def _to_account(row: Row) -> Account:
    user_id, balance, *sums = row
    granted, traded, realised, basis = map(int, sums)
    return Account(user_id, None if balance is None else int(balance), granted, traded, realised, basis)
