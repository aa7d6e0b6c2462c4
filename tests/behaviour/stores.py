"""The worlds: one in memory, one on PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import PoolBounds, create_engine
from adapters.postgres.queries import PostgresQueries
from adapters.postgres.transactions import PostgresTransactions
from tests.behaviour.world import World
from tests.fakes.queries import MemoryQueries
from tests.fakes.state import Tables
from tests.fakes.store import MemoryStore
from tests.support import read_tables


@asynccontextmanager
async def memory_world() -> AsyncIterator[World]:
    """A world on the store in memory, with its desk open."""
    store = MemoryStore()

    async def tables() -> Tables:
        return store.committed.tables()

    async def deactivate(user_id: UUID) -> None:
        users = store.committed.users
        users.update({user.id: replace(user, active=False) for user in users.values() if user.id == user_id})

    world = World(store, MemoryQueries(store), tables, deactivate)
    async with world.desk:
        yield world


@asynccontextmanager
async def postgres_world(database_url: str, bounds: PoolBounds | None = None) -> AsyncIterator[World]:
    """A world on a migrated database, with its desk open."""
    engine = create_engine(database_url, bounds)
    world = World(
        PostgresTransactions(engine),
        PostgresQueries(engine),
        partial(read_tables, engine),
        partial(_deactivate, engine),
    )
    try:
        async with world.desk:
            yield world
    finally:
        await engine.dispose()


async def _deactivate(engine: AsyncEngine, user_id: UUID) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE users SET active = false WHERE id = :id"), {"id": user_id})
