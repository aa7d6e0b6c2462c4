"""What PostgreSQL plans by: refreshed, or left to the owner of the tables."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.engine import create_engine
from adapters.postgres.schema import metadata
from adapters.postgres.statistics import PostgresStatistics
from application.jobs.catalogue.maintenance import REFRESH_STATISTICS
from application.jobs.refresh_statistics import RefreshStatistics
from tests.behaviour.maintaining import Told, a_run
from tests.behaviour.stores import postgres_world
from tests.support import on_database

ANALYSED = "SELECT count(*) AS tables FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL"
TABLES = sorted(metadata.tables)


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """One of its own for every test: owners and statistics of its tables change."""
    return own_database_url


@pytest.fixture
async def stranger(postgres: EmbeddedPostgres, database_url: str) -> AsyncIterator[str]:
    """The address of the database for a role that owns one of its tables and may read the others."""
    role = f"stranger_{uuid4().hex}"
    await on_database(database_url, f"CREATE ROLE {role} LOGIN")
    await on_database(database_url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    await on_database(database_url, f"ALTER TABLE sessions OWNER TO {role}")
    yield database_url.replace(f"//{postgres.user}", f"//{role}")
    await on_database(database_url, f"DROP OWNED BY {role} CASCADE")
    await on_database(database_url, f"DROP ROLE {role}")


async def refreshed(url: str, world_url: str) -> tuple[list[str], list[str], list[str]]:
    """Tables with new statistics, those that were refused, and what was told meanwhile."""
    engine, told = create_engine(url), Told()
    async with postgres_world(world_url) as world:
        refresh = RefreshStatistics(PostgresStatistics(engine))
        result = await refresh(a_run(world, REFRESH_STATISTICS, told))
    await engine.dispose()
    return result.tables, result.refused, told.messages


async def test_every_table_is_looked_at(database_url: str) -> None:
    assert await refreshed(database_url, database_url) == (TABLES, [], TABLES)
    assert (await on_database(database_url, ANALYSED))[0]["tables"] == len(TABLES)


async def test_tables_of_another_owner_are_left_alone_and_it_says_so(stranger: str, database_url: str) -> None:
    others = [table for table in TABLES if table != "sessions"]
    assert await refreshed(stranger, database_url) == (["sessions"], others, TABLES)
    assert (await on_database(database_url, ANALYSED))[0]["tables"] == 1
