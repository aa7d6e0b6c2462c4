"""The statistics by which PostgreSQL plans."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.failures import translated
from adapters.postgres.schema import metadata


class PostgresStatistics:
    """Implements the Statistics port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def tables(self) -> tuple[str, ...]:
        """All of the schema."""
        return tuple(sorted(metadata.tables))

    async def refresh(self, table: str) -> bool:
        """ANALYZE a table: the server warns where this is left to its owner, and raises nothing."""
        warnings: list[object] = []

        def hear(_: object, message: object) -> None:
            warnings.append(message)

        with translated():
            async with self._engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None, "an open connection has one"
                driver.add_log_listener(hear)
                try:
                    await connection.exec_driver_sql(f"ANALYZE {table}")
                    await asyncio.sleep(0)  # what the server said is told on the loop's next round
                finally:
                    driver.remove_log_listener(hear)
        return not warnings
