"""PostgreSQL with other settings than the exchange asks for, while it runs."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from adapters.embedded.postgres import EmbeddedPostgres
from tests.faults.connections import connect, run
from tests.faults.waiting import until
from tests.faults.world import World

REREAD_S = 20.0


@asynccontextmanager
async def altered(postgres: EmbeddedPostgres, **settings: str) -> AsyncIterator[None]:
    """Other settings for the whole server, in force for every connection made in the body."""
    ordinary = await _shown(postgres, settings)
    await _alter(postgres, [f"SET {name} = '{value}'" for name, value in settings.items()], settings)
    try:
        yield
    finally:
        await asyncio.to_thread(postgres.start)  # where the body failed and left none
        await _alter(postgres, [f"RESET {name}" for name in settings], ordinary)


async def _alter(postgres: EmbeddedPostgres, changes: Iterable[str], expected: Mapping[str, str]) -> None:
    await run(postgres, *(f"ALTER SYSTEM {change}" for change in changes), "SELECT pg_reload_conf()")

    async def in_force() -> bool:
        return await _shown(postgres, expected) == expected

    assert await until(in_force, REREAD_S), f"the server did not take over {expected}"


async def _shown(postgres: EmbeddedPostgres, names: Iterable[str]) -> dict[str, str]:
    """What a new connection has of some settings."""
    connection = await connect(postgres, postgres.database)
    try:
        return {name: await connection.fetchval(f"SHOW {name}") for name in names}
    finally:
        await connection.close()


@asynccontextmanager
async def forgetful(place: World) -> AsyncIterator[None]:
    """A server that writes its log to disk when it finds the time, whatever it has acknowledged by then."""
    async with altered(place.postgres, wal_writer_delay="10s", wal_writer_flush_after="1GB"):
        await place.set("synchronous_commit", "off")
        yield
        await place.reset("synchronous_commit")
