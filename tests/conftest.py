"""A real PostgreSQL for the whole session, and a migrated database of its own for every test that asks for one."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

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

trying.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trying.load_profile("patient")  # a slow machine is no fault of an example

TEMPLATE = "presage_template"


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


@pytest.fixture
async def database_url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """The address of a fresh, migrated database."""
    name = f"test_{uuid4().hex}"
    await _on_server(postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield url_of(postgres, name)
    await _on_server(postgres, f"DROP DATABASE {name} WITH (FORCE)")


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
