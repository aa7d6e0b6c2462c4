"""A made-up history, and a copy of it for every test that asks for one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from entrypoints.bench.history import Scale
from tests.fakes.state import KEYS
from tests.integration.audited import make_history
from tests.integration.job_nursery import JobNursery
from tests.integration.job_worker import CREATE_EFFECTS, Plan
from tests.integration.workers import Asking, Workers, asking_through
from tests.support import fresh_database, lasting_database, on_database

SCALE = Scale(entries=700, markets=10, users=8)
"""The first three markets are settled (YES, NO, cancelled), the others trade."""


@pytest.fixture(scope="session")
def history(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The address of a database with a history, and with a copy of every table in the schema `made`."""
    with lasting_database(postgres) as url:
        asyncio.run(make_history(url, SCALE))
        asyncio.run(_run(url, "CREATE SCHEMA made", *(f"CREATE TABLE made.{table} AS TABLE {table}" for table in KEYS)))
        yield url


@pytest.fixture
async def copied(history: str) -> str:
    """The same, as it was made, whatever an earlier test did to it."""
    again = (f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM made.{table}" for table in KEYS)
    await _run(history, "SET session_replication_role = replica", *again)
    return history


@pytest.fixture
async def own_database_url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """The address of a migrated database that a test may change in every way."""
    async with fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def job_nursery() -> Iterator[JobNursery]:
    """Where workers come from."""
    with JobNursery() as started:
        yield started


@pytest.fixture
def workers(job_nursery: JobNursery, tmp_path: Path) -> Workers:
    """Workers, to be stopped and killed."""
    return Workers(job_nursery, tmp_path)


@pytest.fixture
def plan(own_database_url: str, valkey: EmbeddedValkey) -> Plan:
    """A worker on a database of the test's own."""
    return Plan(own_database_url, valkey.url)


@pytest.fixture
async def asking(plan: Plan, tmp_path: Path) -> AsyncIterator[Asking]:
    """Whoever asks for jobs, in a database with a table for their traces."""
    await on_database(plan.database_url, CREATE_EFFECTS)
    async with asking_through(plan, tmp_path) as asks:
        yield asks


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("; ".join(statements))
    finally:
        await connection.close()
