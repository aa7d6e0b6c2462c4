"""Migrations, run from wherever the package is installed."""

from collections.abc import Callable
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.failures import translated
from application.shared.store import StoreBusy, StoreError


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration: the scripts that lie beside this file, on a given connection."""
    settings = Config()
    settings.set_main_option("script_location", "adapters.postgres:migrations")
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Bring the schema up to a revision. Raises StoreBusy and StoreError."""
    try:
        await _run(engine, lambda connection: command.upgrade(config(connection), revision))
    except (StoreBusy, StoreError):
        if revision != "head" or not await is_current(engine):  # else another process has just done it
            raise


async def downgrade(engine: AsyncEngine, revision: str = "base") -> None:
    """Take the schema down to a revision; what its tables held is gone."""
    await _run(engine, lambda connection: command.downgrade(config(connection), revision))


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the schema is at the newest revision. Raises StoreBusy and StoreError."""
    current, head = await revisions(engine)
    return current == head


async def revisions(engine: AsyncEngine) -> tuple[str | None, str | None]:
    """The revision at which the schema is, none where it was never made, and the newest.

    Raises StoreBusy and StoreError.
    """
    with translated():
        async with engine.connect() as connection:
            current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return current, _head()


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


async def _run(engine: AsyncEngine, step: Callable[[Connection], None]) -> None:
    with translated():
        async with engine.begin() as connection:
            await connection.run_sync(step)
