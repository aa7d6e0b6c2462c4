"""What reports are drawn from in PostgreSQL: one read-only transaction on one snapshot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.reporting.accounts import AccountReading
from adapters.postgres.reporting.markets import MarketReading
from adapters.postgres.session import session

_ISOLATED = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class PostgresSnapshot(MarketReading, AccountReading):
    """Implements the Snapshot port."""


class PostgresReportSource:
    """Opens snapshots, each of its own moment."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[PostgresSnapshot]:
        """Everything as it stands now. Raises StoreBusy."""
        async with session(self._engine) as opened:
            await opened.run(text(_ISOLATED))
            yield PostgresSnapshot(opened)
