"""Reports of worlds in memory."""

from collections.abc import AsyncIterator

import pytest

from tests.behaviour.reporting import ByHand, by_hand
from tests.behaviour.stores import memory_world
from tests.behaviour.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with memory_world() as world:
        yield world


@pytest.fixture
async def scene(world: World) -> ByHand:
    return await by_hand(world)
