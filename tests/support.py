"""What tests of a whole store share: its tables as rows, and what the ledger says they should hold."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.embedded.postgres import EmbeddedPostgres
from application.trading.ports import HolderKey, OrderKey
from domain.shared.ids import UserId
from domain.trading.book import NO_POSITION, NO_STAKE, Book, post_to_book, post_to_position
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action, LedgerEntry, content_hash
from domain.trading.liquidity import Stake
from domain.trading.position import Position
from tests.conftest import TEMPLATE, url_of
from tests.fakes.state import KEYS, Row, Tables, book_row, position_row, stake_row

ENDED = ("RESOLVED", "CANCELLED")


@asynccontextmanager
async def fresh_database(server: EmbeddedPostgres, template: str = TEMPLATE) -> AsyncIterator[str]:
    """The address of a database that is gone afterwards; migrated, or empty when made from `template0`."""
    name = f"test_{uuid4().hex}"
    await on_database(server.url, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield url_of(server, name)
    finally:
        await on_database(server.url, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def lasting_database(server: EmbeddedPostgres) -> Iterator[str]:
    """The same for a fixture that outlives a test and with it an event loop."""
    with asyncio.Runner() as runner:
        database = fresh_database(server)
        yield runner.run(database.__aenter__())
        runner.run(database.__aexit__(None, None, None))


async def on_database(url: str, statement: str, *arguments: object) -> list[Any]:
    """The rows of a statement, run on a connection of its own, outside any pool of the exchange."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        rows: list[Any] = await connection.fetch(statement, *arguments)
        return rows
    finally:
        await connection.close()


async def read_tables(engine: AsyncEngine) -> Tables:
    """Every row of every table of the schema, in one snapshot."""
    tables: Tables = {}
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        for table, key in KEYS.items():
            found = await connection.execute(text(f"SELECT * FROM {table} ORDER BY {', '.join(key)}"))
            tables[table] = [dict(row) for row in found.mappings()]
    return tables


def without_refusals(tables: Tables) -> Tables:
    """All but what is remembered of refusals."""
    return {table: rows for table, rows in tables.items() if table not in ("refused_orders", "administrator_answers")}


def entries(tables: Tables) -> list[LedgerEntry]:
    """The ledger, market by market in the order of seq."""
    return [_entry(row) for row in tables["trade_ledger"]]


def discrepancies(tables: Tables) -> list[str]:
    """Where a store is not what its own ledger and grants make it, or points or shares do not add up."""
    return [*_chains(tables), *_sums(tables), *_rebuilt(tables), *_answers(tables)]


def _entry(row: Row) -> LedgerEntry:
    outcome = row["outcome"] and Outcome(row["outcome"])
    return LedgerEntry(**row | {"action": Action(row["action"]), "outcome": outcome})


def _chains(tables: Tables) -> Iterator[str]:
    """Entries out of sequence, out of the chain, or changed."""
    heads = {row["market_id"]: Book(row["market_id"]) for row in tables["liquidity_pools"]}
    last = {market_id: (book.seq, book.head) for market_id, book in heads.items()}
    for entry in entries(tables):
        seq, head = last[entry.market_id]
        if (entry.seq, entry.prev_hash, entry.hash) != (seq + 1, head, content_hash(entry)):
            yield f"chain of {entry.market_id} at {entry.seq}"
        last[entry.market_id] = entry.seq, entry.hash


def _sums(tables: Tables) -> Iterator[str]:
    """Points against grants; shares of both outcomes against collateral, until a market settles."""
    pools, held = tables["liquidity_pools"], tables["portfolios"]
    points = sum(user["balance"] for user in tables["users"])
    points += sum(pool["collateral"] + pool["vault_fees"] + pool["lp_fees"] for pool in pools)
    granted = sum(grant["amount"] for grant in tables["point_grants"])
    if points != granted:
        yield f"points: {points} of {granted}"
    trading = {market["id"] for market in tables["markets"] if market["status"] not in ENDED}
    for pool in (pool for pool in pools if pool["market_id"] in trading):
        mine = [position for position in held if position["market_id"] == pool["market_id"]]
        shares = [pool[side] + sum(position[side] for position in mine) for side in ("yes", "no")]
        if shares != [pool["collateral"]] * 2:
            yield f"shares of {pool['market_id']}: {shares} for {pool['collateral']}"


def _rebuilt(tables: Tables) -> Iterator[str]:
    """Values that differ from those that the ledger and the grants give."""
    rebuilt = _rebuild(tables)
    for table, rows in rebuilt.items():
        stored = [{name: row[name] for name in rows[0]} for row in tables[table]] if rows else tables[table]
        yield from (f"{table}: {row}" for row in stored if row not in rows)
        yield from (f"{table}, rebuilt: {row}" for row in rows if row not in stored)


def _rebuild(tables: Tables) -> Tables:
    books = {row["market_id"]: Book(row["market_id"]) for row in tables["liquidity_pools"]}
    positions: dict[HolderKey, Position] = {}
    stakes: dict[HolderKey, Stake] = {}
    balances = defaultdict[UserId, int](int, {user["id"]: 0 for user in tables["users"]})
    for grant in tables["point_grants"]:
        balances[grant["user_id"]] += grant["amount"]
    for entry in entries(tables):
        key = entry.market_id, entry.user_id
        stake = stakes.get(key, NO_STAKE)
        positions[key] = post_to_position(positions.get(key, NO_POSITION), stake, entry)
        books[entry.market_id], after = post_to_book(books[entry.market_id], stake, entry)
        if key in stakes or after != NO_STAKE:
            stakes[key] = after
        balances[entry.user_id] += entry.amount_out - entry.amount_in
    return {
        "users": [{"id": user_id, "balance": balance} for user_id, balance in balances.items()],
        "liquidity_pools": [book_row(book) for book in books.values()],
        "portfolios": [position_row(key, position) for key, position in positions.items()],
        "lp_positions": [stake_row(key, stake) for key, stake in stakes.items()],
    }


def _answers(tables: Tables) -> Iterator[str]:
    """Idempotency keys that were answered more than once."""
    answers = Counter[OrderKey]((row["user_id"], row["key"]) for row in tables["refused_orders"])
    for entry, following in pairwise([*entries(tables), None]):
        if entry and entry.key and not _begins(entry, following):
            answers[entry.user_id, entry.key] += 1
    yield from (f"answered {times} times: {key}" for key, times in answers.items() if times > 1)


def _begins(entry: LedgerEntry, following: LedgerEntry | None) -> bool:
    """Whether the entry pays the fees of an order whose own entry follows."""
    if following is None or entry.action is not Action.FEE_CLAIM:
        return False
    return (entry.market_id, entry.user_id, entry.key) == (following.market_id, following.user_id, following.key)
