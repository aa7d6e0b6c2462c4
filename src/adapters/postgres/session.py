"""One connection inside one transaction: statements, COPY, commit; every failure in the words of the ports."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.failures import translated, translated_commit
from adapters.postgres.rows import Row


class Session:
    """Runs statements in one transaction; leaving `session` without a commit rolls back."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._driver: Any = None

    async def rows(self, statement: Executable, **parameters: Any) -> Sequence[Row]:
        """All rows of a statement. Raises StoreBusy and StoreError."""
        with translated():
            return (await self._connection.execute(statement, parameters)).all()

    async def row(self, statement: Executable, **parameters: Any) -> Row | None:
        """The only row of a statement, or None. Raises StoreBusy and StoreError."""
        with translated():
            return (await self._connection.execute(statement, parameters)).one_or_none()

    async def run(self, statement: Executable, **parameters: Any) -> int:
        """Execute a statement and count the rows that it changed. Raises StoreBusy and StoreError."""
        with translated():
            return (await self._connection.execute(statement, parameters)).rowcount

    async def fetch(self, sql: str, *arguments: Any) -> Sequence[Row]:
        """All rows, or none, of SQL with numbered parameters as the driver takes it, for statements whose time counts.

        Raises StoreBusy and StoreError.
        """
        with translated():
            if self._driver is None:
                return await self._begin(sql, *arguments)
            return await self._driver.fetch(sql, *arguments)  # type: ignore[no-any-return]

    async def copy(self, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
        """Add rows with COPY, in the same transaction. Raises StoreBusy and StoreError."""
        with translated():
            if self._driver is None:
                await self._begin("SELECT 1")
            await self._driver.copy_records_to_table(table, records=records, columns=columns)

    async def _begin(self, sql: str, *arguments: Any) -> Sequence[Row]:
        """The rows of the first statement; SQLAlchemy begins the transaction with it, the driver takes the others."""
        result = await self._connection.exec_driver_sql(sql, arguments)
        raw = await self._connection.get_raw_connection()
        self._driver = raw.driver_connection
        return result.all() if result.returns_rows else ()

    async def stream(self, statement: Executable, page: int, **parameters: Any) -> AsyncIterator[Sequence[Row]]:
        """The rows of a statement, `page` at a time, through a cursor. Raises StoreBusy and StoreError."""
        with translated():
            result = await self._connection.stream(statement, parameters, execution_options={"yield_per": page})
            async for rows in result.partitions(page):
                yield rows

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown, and StoreBusy or StoreError where it surely failed."""
        with translated_commit():
            await self._connection.commit()


async def fetch_alone(engine: AsyncEngine, sql: str, *arguments: Any) -> Sequence[Row]:
    """All rows, or none, of a statement that commits by itself, in one round trip. Raises StoreBusy and StoreError."""
    with translated():
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            while driver.is_closed():
                await connection.invalidate()
                driver = (await connection.get_raw_connection()).driver_connection
            try:
                return await driver.fetch(sql, *arguments)  # type: ignore[no-any-return]
            except (
                OSError,
                asyncpg.InterfaceError,
                asyncpg.PostgresConnectionError,
                asyncpg.OperatorInterventionError,
            ):
                await connection.invalidate()  # the pool does not hear of it otherwise, and would give it out again
                raise


@asynccontextmanager
async def session(engine: AsyncEngine) -> AsyncIterator[Session]:
    """A session on a connection of the pool. Raises StoreBusy where there is none."""
    with translated():
        connection = await engine.connect()
    try:
        yield Session(connection)
    finally:
        with suppress(DBAPIError):  # the server is gone, and the transaction with it
            await connection.close()
