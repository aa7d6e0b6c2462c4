"""A made-up history, and a copy of it for every test that asks for one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from entrypoints.bench.history import Scale
from tests.conftest import TEMPLATE, url_of
from tests.integration.audited import make_history
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
