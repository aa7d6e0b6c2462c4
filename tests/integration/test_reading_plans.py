"""How PostgreSQL finds what is read: along an index, or only what it must."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.engine import create_engine
from adapters.postgres.queries import PostgresQueries
from application.trading.reading.candles import CandleWindow, Interval
from application.trading.reading.markets import MarketCursor, MarketFilter, MarketSort
from application.trading.reading.trades import TradeCursor
from domain.shared.ids import MarketId, UserId
from domain.trading.market import Status
from tests.fakes.world import START
from tests.integration.plans import Node, indexes, nodes_of_last, rows_read
from tests.support import lasting_database, on_database

MARKETS, ENTRIES, USERS, EACH = 3_000, 20_000, 50, 12
MARKET, USER = MarketId(UUID(int=7)), UserId(UUID(int=3))

# Statistics and plans depend on how much there is; the rows need be no trades that anybody could have made.
FILL = f"""
    INSERT INTO markets (id, title, description, category, probability, status, closes_at, fee_bps, lp_fee_bps,
                         proposed_by, created_at, changed_at, outcome)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'Question ' || n, '', 'category ' || n % 100, 500000,
           CASE WHEN n % 10 = 0 THEN 'ACTIVE' ELSE 'RESOLVED' END,
           '2026-03-01 12:00Z'::timestamptz + n * interval '1 hour', 0, 0, lpad('1', 32, '0')::uuid, now(), now(),
           CASE WHEN n % 10 = 0 THEN NULL ELSE 'YES' END
    FROM generate_series(1, {MARKETS}) n;
    INSERT INTO users (id, handle, role, created_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'user ' || n, 'user', now() FROM generate_series(1, {USERS}) n;
    INSERT INTO liquidity_pools (market_id, yes, no, lp_supply, seq, head)
    SELECT id, 10, 10, 10, CASE id WHEN '{MARKET}' THEN {ENTRIES} ELSE 0 END, '' FROM markets;
    INSERT INTO trade_ledger
    SELECT '{MARKET}', n, lpad(to_hex(1 + n % {USERS}), 32, '0')::uuid, 'BUY', 'YES', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
           10, 10, 10, 10, 10, 500000, '2026-03-01 12:00Z'::timestamptz + n * interval '1 minute', 'key ' || n,
           '', '', ''
    FROM generate_series(1, {ENTRIES}) n;
    INSERT INTO portfolios
    SELECT lpad(to_hex(1 + n % {MARKETS}), 32, '0')::uuid, lpad(to_hex(n / {EACH}), 32, '0')::uuid, 1, 1, 1, 1, 1
    FROM generate_series(1, {EACH * 5_000}) n;
    ANALYZE
"""

Read = Callable[[PostgresQueries], Awaitable[object]]


@pytest.fixture(scope="module")
def filled(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The address of one database for all tests here, which only read."""
    with lasting_database(postgres) as url:
        for statement in FILL.split(";"):
            asyncio.run(on_database(url, statement))
        yield url


@pytest.fixture
async def engine(filled: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(filled)
    yield engine
    await engine.dispose()


async def plans(engine: AsyncEngine, read: Read) -> list[Node]:
    """The nodes of the plan by which the last statement of a read was run, from the top."""
    return await nodes_of_last(engine, lambda: read(PostgresQueries(engine)))


ACTIVE = MarketFilter(frozenset({Status.ACTIVE}))
SOME_CATEGORY = MarketFilter(category="category 7")
CLOSING_LATE = MarketCursor(int((START + timedelta(hours=1_500)).timestamp() * 1e6), MarketId(UUID(int=1_500)))
NEWEST = TradeCursor(START + timedelta(minutes=15_000), MARKET, 15_000)


@pytest.mark.parametrize(
    ("read", "index", "table", "most"),
    [
        (lambda queries: queries.markets(20), "pk_markets", "markets", 21),
        (
            lambda queries: queries.markets(20, MarketCursor(0, MARKET), sort=MarketSort.NEWEST),
            "pk_markets",
            "markets",
            21,
        ),
        (lambda queries: queries.markets(20, wanted=ACTIVE), "ix_markets_status_id", "markets", 21),
        (
            lambda queries: queries.markets(20, wanted=ACTIVE, sort=MarketSort.CLOSING),
            "ix_markets_status_closes_at_id",
            "markets",
            21,
        ),
        (lambda queries: queries.markets(20, sort=MarketSort.CLOSING), "ix_markets_closes_at_id", "markets", 21),
        (
            lambda queries: queries.markets(20, CLOSING_LATE, sort=MarketSort.CLOSING),
            "ix_markets_closes_at_id",
            "markets",
            21,
        ),
        (
            lambda queries: queries.markets(20, CLOSING_LATE, ACTIVE, MarketSort.CLOSING),
            "ix_markets_status_closes_at_id",
            "markets",
            21,
        ),
        (lambda queries: queries.markets(20, wanted=SOME_CATEGORY), "ix_markets_category_id", "markets", 30),
        (lambda queries: queries.trades_after(MARKET, 20, 15_000), "pk_trade_ledger", "trade_ledger", 21),
        (lambda queries: queries.trades_before(MARKET, 20, 15_000), "pk_trade_ledger", "trade_ledger", 21),
        (
            lambda queries: queries.trades_of(USER, 20, NEWEST),
            "ix_trade_ledger_user_id_executed_at",
            "trade_ledger",
            30,
        ),
        (lambda queries: queries.trade_by_key(USER, "key 2"), "ix_trade_ledger_user_id_key", "trade_ledger", 1),
        (lambda queries: queries.lines(USER, 20), "ix_portfolios_user_id", "portfolios", EACH),
        (lambda queries: queries.holders(MARKET, 20), "pk_portfolios", "portfolios", 5_000 * EACH // MARKETS),
    ],
)
async def test_a_list_reads_what_it_shows(engine: AsyncEngine, read: Read, index: str, table: str, most: int) -> None:
    found = await plans(engine, read)
    assert index in indexes(found)
    assert 0 < rows_read(found, table) <= most


@pytest.mark.parametrize("minutes", [30, 5_000, ENTRIES - 40])
async def test_candles_read_their_window_alone(engine: AsyncEngine, minutes: int) -> None:
    since = START + timedelta(minutes=minutes)
    window = CandleWindow.around(Interval.MINUTE, since, since + timedelta(minutes=30))
    found = await plans(engine, lambda queries: queries.candles(MARKET, window))
    assert indexes(found) >= {"pk_trade_ledger", "pk_liquidity_pools"}
    halvings = 2 * (ENTRIES.bit_length() + 1)
    assert 30 <= rows_read(found, "trade_ledger") <= 30 + 2 + halvings


async def test_a_plan_that_reads_everything_would_be_seen(engine: AsyncEngine) -> None:
    async def read(_: PostgresQueries) -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT count(*) FROM trade_ledger WHERE price > 0"))

    found = await plans(engine, read)
    assert rows_read(found, "trade_ledger") == ENTRIES
    assert not indexes(found)
    assert re.search("Seq Scan", json.dumps(found))
