"""Every test here runs twice: over the store in memory and over PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.behaviour.fair import Fair, a_fair
from tests.behaviour.people import People
from tests.behaviour.stores import memory_world, postgres_world
from tests.behaviour.world import World

STORES = ("memory", "postgres")


@pytest.fixture
async def world_in_memory() -> AsyncIterator[World]:
    async with memory_world() as world:
        yield world


@pytest.fixture
async def world_on_postgres(database_url: str) -> AsyncIterator[World]:
    async with postgres_world(database_url) as world:
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
