"""A made-up history, and a copy of it for every test that asks for one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from entrypoints.bench.history import Scale
from tests.conftest import TEMPLATE, url_of
from tests.integration.audited import make_history
from tests.integration.job_nursery import JobNursery
from tests.integration.job_worker import CREATE_EFFECTS, Plan
from tests.integration.workers import Asking, Workers, asking_through
from tests.support import fresh_database, on_database

HISTORY = "presage_history"
SCALE = Scale(entries=700, markets=10, users=8)
"""The first three markets are settled (YES, NO, cancelled), the others trade."""


@pytest.fixture(scope="session")
def history(postgres: EmbeddedPostgres) -> str:
    """The name of a database with a history."""
    asyncio.run(on_database(postgres.url, f"CREATE DATABASE {HISTORY} TEMPLATE {TEMPLATE}"))
    asyncio.run(make_history(url_of(postgres, HISTORY), SCALE))
    return HISTORY


@pytest.fixture
async def copied(postgres: EmbeddedPostgres, history: str) -> AsyncIterator[str]:
    """The address of a copy of it."""
    async with fresh_database(postgres, history) as url:
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
def plan(database_url: str, valkey: EmbeddedValkey) -> Plan:
    """A worker on a database of the test's own."""
    return Plan(database_url, valkey.url)


@pytest.fixture
async def asking(plan: Plan, tmp_path: Path) -> AsyncIterator[Asking]:
    """Whoever asks for jobs, in a database with a table for their traces."""
    await on_database(plan.database_url, CREATE_EFFECTS)
    async with asking_through(plan, tmp_path) as asks:
        yield asks
