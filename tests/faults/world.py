"""A database of its own for one scenario: a treasury, open markets, and traders with points."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.queries import PostgresQueries
from application.shared.pages import MAX_PAGE
from domain.accounts.user import GrantReason, Role
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.ledger import LedgerEntry
from domain.trading.listing import Listing
from entrypoints.container import Container
from entrypoints.runtime import container
from entrypoints.settings import Settings
from tests.faults.connections import LOST, connect, run, url_of
from tests.faults.waiting import until

LIQUIDITY = 1_000 * POINT
POINTS_EACH = 100_000 * POINT
OPEN_FOR = timedelta(days=30)

LEAVE_S = 20.0

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class World:
    """Where a scenario takes place."""

    postgres: EmbeddedPostgres
    database: str
    markets: tuple[MarketId, ...]
    traders: tuple[UserId, ...]

    @property
    def url(self) -> str:
        """The database's address, for SQLAlchemy."""
        return url_of(self.postgres, self.database)

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of our own, beside the exchange's."""
        return await connect(self.postgres, self.database)

    def exchange(self) -> AbstractAsyncContextManager[Container]:
        """A container on the database, as a context."""
        return container(_settings(self.url), migrate=False)

    async def ledger(self) -> list[LedgerEntry]:
        """Every entry, market by market, in the order of seq."""
        async with self.exchange() as exchange:
            queries = exchange.queries()
            return [entry for market in self.markets async for entry in _entries(queries, market)]

    async def audit(self) -> list[str]:
        """What the exchange's own audit finds."""
        async with self.exchange() as exchange:
            return [str(difference) for difference in (await exchange.audit()()).differences]

    async def deadlocks(self) -> int:
        """How many the server saw, once everybody else has left and so has told it."""
        connection = await self.connect()

        async def alone() -> bool:
            return not await connection.fetchval(_OTHERS)

        try:
            assert await until(alone, LEAVE_S), "a desk that was stopped is still connected"
            return int(await connection.fetchval(_DEADLOCKS))
        finally:
            await connection.close()

    async def set(self, setting: str, value: str) -> None:
        """Change a setting of PostgreSQL for new connections to the database."""
        await run(self.postgres, f"ALTER DATABASE {self.database} SET {setting} = '{value}'")

    async def reset(self, setting: str) -> None:
        """Give a setting its ordinary value again."""
        await run(self.postgres, f"ALTER DATABASE {self.database} RESET {setting}")


@asynccontextmanager
async def world(
    postgres: EmbeddedPostgres, *, markets: int = 4, traders: int = 12, **settings: str
) -> AsyncIterator[World]:
    """A new world on a server that runs, with settings of PostgreSQL for its database; gone at the end."""
    database = f"faults_{uuid4().hex}"
    await run(postgres, f"CREATE DATABASE {database}")
    try:
        async with container(_settings(url_of(postgres, database))) as exchange:
            market_ids, trader_ids = await _populate(exchange, markets, traders)
        place = World(postgres, database, market_ids, trader_ids)
        for setting, value in settings.items():
            await place.set(setting, value)
        yield place
    finally:
        with suppress(*LOST):  # where the scenario failed and left no server
            await run(postgres, f"DROP DATABASE {database} WITH (FORCE)")


async def _populate(exchange: Container, markets: int, traders: int) -> tuple[tuple[MarketId, ...], tuple[UserId, ...]]:
    treasury = (await exchange.sign_up()("treasury", Role.TREASURY)).id
    await exchange.grant_points()(treasury, markets * LIQUIDITY, GrantReason.TREASURY_ISSUE, "founding")
    market_ids = [MarketId(UUID(int=(0x7000 << 64) | (0x8001 << 48) | number)) for number in range(markets)]
    for number, market_id in enumerate(market_ids):
        listing = Listing(f"Question {number}?", probability=300_000 + number * 100_000 % 500_000)
        await exchange.open_market()(listing, datetime.now(UTC) + OPEN_FOR, treasury, market_id=market_id)
        await exchange.approve_market()(market_id, LIQUIDITY)
    trader_ids = [(await exchange.sign_up()(f"trader {number}")).id for number in range(traders)]
    for trader in trader_ids:
        await exchange.grant_points()(trader, POINTS_EACH, GrantReason.REGISTRATION_BONUS, "start")
    return tuple(market_ids), tuple(trader_ids)


def _settings(url: str) -> Settings:
    return Settings(_env_file=None, database_url=url, data_dir=Path())  # type: ignore[call-arg]


async def _entries(queries: PostgresQueries, market: MarketId) -> AsyncIterator[LedgerEntry]:
    seq = 0
    while page := await queries.entries(market, MAX_PAGE, seq):
        for entry in page:
            yield entry
        seq = page[-1].seq
