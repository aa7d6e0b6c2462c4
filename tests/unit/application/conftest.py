"""The use cases on the store in memory."""

from collections.abc import AsyncIterator

import pytest

from tests.behaviour.stores import memory_world
from tests.behaviour.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with memory_world() as built:
        yield built
