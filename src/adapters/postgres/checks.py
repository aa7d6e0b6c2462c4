"""Checks of the database: the server, its tables, and the version of the schema."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import NotDurable, require_durable
from adapters.postgres.migrate import revisions
from adapters.postgres.schema import metadata
from adapters.postgres.session import fetch_alone
from application.shared.checks import Finding, Grade, graded

OLDEST = 15
"""The first major version of PostgreSQL that will do."""

FILLED = ("users", "point_grants", "markets", "liquidity_pools", "trade_ledger")
"""Tables that are not empty once the exchange is founded and has a market."""


@dataclass(frozen=True, slots=True)
class CheckServer:
    """Is it there, new enough, and does it keep what it acknowledges?"""

    engine: AsyncEngine

    async def __call__(self) -> Finding:
        """Raises StoreBusy and StoreError."""
        [[number, version]] = await fetch_alone(
            self.engine, "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
        )
        major, told = number // 10_000, f"PostgreSQL {version} answers."
        try:
            await require_durable(self.engine)
        except NotDurable as error:
            return Finding(Grade.CRITICAL, str(error), [told])
        old = [f"PostgreSQL {version} is too old; move to {OLDEST} or newer."] if major < OLDEST else []
        return graded(old, [], told)


@dataclass(frozen=True, slots=True)
class CheckTables:
    """Is every table there, and something in those that must have it?"""

    engine: AsyncEngine

    async def __call__(self) -> Finding:
        """Raises StoreBusy and StoreError."""
        names = sorted(metadata.tables)
        rows = await fetch_alone(
            self.engine, "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL", names
        )
        if missing := [str(row[0]) for row in rows]:
            text = f"{len(missing):,} of {len(names):,} tables are missing; run `presage migrate`."
            return Finding(Grade.CRITICAL, text, missing)
        filled = ", ".join(f"EXISTS (SELECT FROM {name})" for name in FILLED)
        [found] = await fetch_alone(self.engine, f"SELECT {filled}")
        empty = [name for name, is_filled in zip(FILLED, found, strict=True) if not is_filled]
        advice = f"Empty: {', '.join(empty)}; found the exchange with `presage seed`, or open a market."
        return graded([], [advice] if empty else [], f"All {len(names):,} tables are there and in use.")


@dataclass(frozen=True, slots=True)
class CheckMigrations:
    """Is the schema of the version that this program needs?"""

    engine: AsyncEngine

    async def __call__(self) -> Finding:
        """Raises StoreBusy and StoreError."""
        current, head = await revisions(self.engine)
        if current == head:
            return Finding(Grade.HEALTHY, f"The schema is at {head}, the newest.")
        text = f"The schema is at {current or 'no version'}, not at {head}; run `presage migrate`."
        return Finding(Grade.CRITICAL, text)
