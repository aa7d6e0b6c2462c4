"""What the desk tells of itself: once for a group, and nothing that is told harms an order."""

import asyncio
import logging
from dataclasses import dataclass, field
from time import monotonic

import pytest

from application.trading.desk import Desk, DeskBounds
from application.trading.desk_observer import AnsweredGroup
from application.trading.execute_orders import Placed
from domain.shared.errors import PresageError, Unavailable
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.orders import Mint, Order
from tests.behaviour.world import World
from tests.unit.application.gate import Gate, settle_down


@dataclass
class Told:
    """Remembers what it was told."""

    groups: list[AnsweredGroup] = field(default_factory=list)
    refusals: list[Unavailable] = field(default_factory=list)

    def answered(self, group: AnsweredGroup) -> None:
        self.groups.append(group)

    def turned_away(self, refusal: Unavailable) -> None:
        self.refusals.append(refusal)


class Faulty(Told):
    """Fails whatever it is told."""

    def answered(self, group: AnsweredGroup) -> None:
        raise ZeroDivisionError(group)

    def turned_away(self, refusal: Unavailable) -> None:
        raise ZeroDivisionError(refusal)


@dataclass
class Watched:
    """A gate before the store, a desk behind it that tells somebody, and orders of one user."""

    world: World
    told: Told
    gate: Gate
    market: MarketId
    user: UserId

    def desk(self, capacity: int = 100) -> Desk:
        bounds = DeskBounds(lane_capacity=capacity)
        return Desk(self.gate.transactions, self.world.clock, bounds, observer=self.told)

    def order(self, points: int = 1) -> Order:
        return self.world.order(self.user, self.market, Mint(points * POINT))


async def watched(world: World, told: Told) -> Watched:
    market = await world.market(await world.treasury())
    return Watched(world, told, Gate(world.transactions), market, await world.user("ada"))


def code(answer: Placed | Exception) -> str:
    return answer.code if isinstance(answer, PresageError) else type(answer).__name__


async def test_a_group_is_told_once_with_all_its_answers(world: World) -> None:
    seen = await watched(world, Told())
    async with seen.desk() as desk:
        tasks = []
        for points in (1, 2, 5_000, 3):
            tasks.append(desk.place(seen.order(points)))
            await settle_down()
        waited = monotonic()
        assert desk.waiting == 3
        await asyncio.sleep(0.01)
        waited = monotonic() - waited
        seen.gate.open()
        await asyncio.gather(*tasks, return_exceptions=True)
    first, second = seen.told.groups
    assert list(map(code, first.answers)) == ["Placed"]
    assert list(map(code, second.answers)) == ["Placed", "INSUFFICIENT_POINTS", "Placed"]
    assert first.waited < waited <= second.waited
    assert first.took >= waited
    assert second.took >= 0
    assert (desk.waiting, seen.told.refusals) == (0, [])


async def test_who_finds_no_place_is_told_of(world: World) -> None:
    seen = await watched(world, Told())
    async with seen.desk(capacity=1) as desk:
        tasks = []
        for _ in range(3):
            tasks.append(desk.place(seen.order()))
            await settle_down()
        seen.gate.open()
        await asyncio.gather(*tasks, return_exceptions=True)
    with pytest.raises(Unavailable):
        await desk.place(seen.order())
    assert [refusal.code for refusal in seen.told.refusals] == ["DESK_FULL", "DESK_CLOSED"]


async def test_a_faulty_observer_harms_no_order(world: World, caplog: pytest.LogCaptureFixture) -> None:
    seen = await watched(world, Faulty())
    seen.gate.open()
    async with seen.desk() as desk:
        for _ in range(2):
            assert not (await desk.place(seen.order())).repeated
    with pytest.raises(Unavailable):
        await desk.place(seen.order())
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 3
