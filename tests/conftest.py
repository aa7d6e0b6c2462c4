"""A real PostgreSQL for the whole session, and a migrated database, empty for every test that asks for it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as trying
from pydantic import SecretStr

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.postgres.engine import create_engine
from adapters.postgres.migrate import upgrade
from entrypoints.container import Container
from entrypoints.runtime import container
from entrypoints.settings import Settings
from tests.fakes.state import KEYS

trying.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trying.load_profile("patient")  # a slow machine is no fault of an example

TEMPLATE = "presage_template"
SHARED = "presage_shared"


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The server, with a migrated template database."""
    with (
        tempfile.TemporaryDirectory(prefix="presage-test-", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as server,
    ):
        asyncio.run(_make_template(server))
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedValkey]:
    """The server, with whatever tests have left in it."""
    with (
        tempfile.TemporaryDirectory(prefix="presage-test-", ignore_cleanup_errors=True) as folder,
        EmbeddedValkey(Path(folder) / "valkey") as server,
    ):
        yield server


@pytest.fixture(scope="session")
def shared_url(postgres: EmbeddedPostgres) -> str:
    """The address of one database for all tests that change nothing but rows."""
    asyncio.run(_on_server(postgres, f"CREATE DATABASE {SHARED} TEMPLATE {TEMPLATE}"))
    return url_of(postgres, SHARED)


@pytest.fixture
async def database_url(shared_url: str) -> str:
    """The same, emptied."""
    await empty_tables(shared_url)
    return shared_url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for that database and no other server."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
async def exchange(settings: Settings) -> AsyncIterator[Container]:
    """A container on that database."""
    async with container(settings, migrate=False) as built:
        yield built


def settings_for(database_url: str, data_dir: Path) -> Settings:
    """Settings that read neither the environment's addresses nor an `.env` file."""
    return Settings(  # type: ignore[call-arg]
        _env_file=None, database_url=database_url, data_dir=data_dir, secret_key=SecretStr("a secret of the tests " * 2)
    )


def url_of(server: EmbeddedPostgres, database: str) -> str:
    """The address of a database on the server."""
    return server.url.replace(f"@/{server.database}?", f"@/{database}?")


async def empty_tables(url: str) -> None:
    """Delete every row, past the triggers that keep the ledger: much faster than another database."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        deletions = (f"DELETE FROM {table};" for table in KEYS)
        await connection.execute("SET session_replication_role = replica; " + " ".join(deletions))
    finally:
        await connection.close()


async def _make_template(server: EmbeddedPostgres) -> None:
    await _on_server(server, f"CREATE DATABASE {TEMPLATE}")
    engine = create_engine(url_of(server, TEMPLATE))
    await upgrade(engine)
    await engine.dispose()


async def _on_server(server: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(host=server.host, port=server.port, user=server.user, database=server.database)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
