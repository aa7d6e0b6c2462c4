"""Every test here runs twice: over the store in memory and over PostgreSQL."""

from collections.abc import AsyncIterator, Iterator

import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from tests.behaviour.fair import Fair, a_fair
from tests.behaviour.people import People
from tests.behaviour.stores import memory_world, postgres_world
from tests.behaviour.world import World
from tests.support import empty_tables, lasting_database

STORES = ("memory", "postgres")


@pytest.fixture
async def world_in_memory() -> AsyncIterator[World]:
    async with memory_world() as world:
        yield world


@pytest.fixture(scope="session")
def behaviour_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """One database for all tests here, emptied for each."""
    with lasting_database(postgres) as url:
        yield url


@pytest.fixture
async def world_on_postgres(behaviour_url: str) -> AsyncIterator[World]:
    await empty_tables(behaviour_url)
    async with postgres_world(behaviour_url) as world:
        yield world


@pytest.fixture(params=["world_in_memory", "world_on_postgres"], ids=STORES)
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def fair(world: World) -> Fair:
    return await a_fair(world)


@pytest.fixture
def people(world: World) -> People:
    return People(world)
