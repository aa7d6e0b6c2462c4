"""A refusal: its kind, its code, advice on what to do next, and nothing left behind."""

from collections.abc import Awaitable

import pytest

from domain.shared.errors import PresageError
from tests.behaviour.world import World
from tests.support import without_refusals


async def assert_refused(world: World, asked: Awaitable[object], kind: type[PresageError], code: str) -> PresageError:
    """Every row of the store is as it was, but for the memory of the refused order."""
    before = await world.tables()
    with pytest.raises(PresageError) as refused:
        await asked
    after = await world.tables()
    assert (type(refused.value), refused.value.code) == (kind, code)
    assert refused.value.message.endswith(".")
    assert without_refusals(after) == without_refusals(before)
    assert len(after["refused_orders"]) - len(before["refused_orders"]) in (0, 1)
    return refused.value
