"""The lines of the desk: what gathers while a group is in flight, their bounds, and their orderly end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from application.shared.pages import MAX_PAGE
from application.trading.desk import Desk, DeskBounds
from application.trading.execute_orders import Placed
from domain.shared.errors import Unavailable
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.orders import Mint, Order
from tests.behaviour.world import World
from tests.support import discrepancies
from tests.unit.application.gate import Gate, settle_down


@dataclass
class Counter:
    """A desk behind a gate, and one user's orders on one market, named by their keys."""

    world: World
    user: UserId
    market: MarketId
    gate: Gate

    def desk(self, bounds: DeskBounds | None = None) -> Desk:
        return Desk(self.gate.transactions, self.world.clock, bounds)

    def order(self, key: str, market: MarketId | None = None) -> Order:
        return Order(self.user, market or self.market, key, Mint(POINT))

    async def line_up(self, desk: Desk, keys: Sequence[str]) -> list[asyncio.Future[Placed]]:
        """Place orders one after the other, and leave them waiting."""
        placed = []
        for key in keys:
            placed.append(desk.place(self.order(key)))
            await settle_down()
        return placed

    async def keys(self) -> list[str]:
        """The keys of the orders in the ledger, in order."""
        entries = await self.world.queries.entries(self.market, MAX_PAGE)
        return [entry.key for entry in entries if entry.key]


@pytest.fixture
async def counter(world: World) -> Counter:
    market = await world.market(await world.treasury())
    return Counter(world, await world.user("ada"), market, Gate(world.transactions))


async def test_what_arrives_while_a_group_is_in_flight_is_the_next_group(counter: Counter) -> None:
    async with counter.desk() as desk:
        tasks = await counter.line_up(desk, "abcdef")
        counter.gate.open()
        await asyncio.gather(*tasks)
    assert counter.gate.groups == [["a"], ["b", "c", "d", "e", "f"]]


async def test_a_group_has_a_bound(counter: Counter) -> None:
    async with counter.desk(DeskBounds(group_size=3)) as desk:
        tasks = await counter.line_up(desk, "abcdefgh")
        counter.gate.open()
        await asyncio.gather(*tasks)
    assert counter.gate.groups == [["a"], ["b", "c", "d"], ["e", "f", "g"], ["h"]]
    assert await counter.keys() == list("abcdefgh")


async def test_a_full_lane_refuses_and_says_when_to_come_back(counter: Counter) -> None:
    async with counter.desk(DeskBounds(lane_capacity=2)) as desk:
        tasks = await counter.line_up(desk, "abc")  # `a` is in flight
        with pytest.raises(Unavailable) as refused:
            await desk.place(counter.order("d"))
        assert (refused.value.code, refused.value.details) == ("DESK_FULL", {"retry_after_seconds": 1})
        counter.gate.open()
        await asyncio.gather(*tasks)
        assert not (await desk.place(counter.order("d"))).repeated
    assert await counter.keys() == list("abcd")


async def test_who_gives_up_while_waiting_is_not_executed(counter: Counter) -> None:
    async with counter.desk() as desk:
        tasks = await counter.line_up(desk, "abc")
        tasks[1].cancel()
        counter.gate.open()
        await asyncio.gather(tasks[0], tasks[2])
        assert tasks[1].cancelled()
        assert not (await desk.place(counter.order("b"))).repeated
    assert await counter.keys() == list("acb")


async def test_a_group_that_gave_up_altogether_needs_no_transaction(counter: Counter) -> None:
    async with counter.desk() as desk:
        tasks = await counter.line_up(desk, "abc")
        for task in tasks[1:]:
            task.cancel()
        counter.gate.open()
        await tasks[0]
        await settle_down()
        await desk.place(counter.order("d"))
    assert counter.gate.groups == [["a"], ["d"]]


async def test_who_gives_up_in_flight_learns_the_outcome_with_his_key(counter: Counter) -> None:
    async with counter.desk() as desk:
        (task,) = await counter.line_up(desk, "a")
        task.cancel()
        counter.gate.open()
        await settle_down()
        assert (await desk.place(counter.order("a"))).repeated
    assert await counter.keys() == ["a"]


async def test_leaving_answers_everybody_in_line(counter: Counter) -> None:
    desk = counter.desk(DeskBounds(group_size=2))
    await desk.__aenter__()
    tasks = await counter.line_up(desk, "abcde")
    leaving = asyncio.create_task(desk.__aexit__(None, None, None))
    await settle_down()
    with pytest.raises(Unavailable) as refused:
        await desk.place(counter.order("f"))
    assert refused.value.code == "DESK_CLOSED"
    assert not leaving.done()
    counter.gate.open()
    await leaving
    assert all(task.done() and not task.result().repeated for task in tasks)
    assert await counter.keys() == list("abcde")


async def test_leaving_an_idle_desk(counter: Counter) -> None:
    async with counter.desk():
        await settle_down()
    assert counter.gate.groups == []


async def test_orders_wait_for_a_desk_that_is_not_open_yet(counter: Counter) -> None:
    counter.gate.open()
    desk = counter.desk()
    tasks = await counter.line_up(desk, "ab")
    async with desk:
        await asyncio.gather(*tasks)
    assert counter.gate.groups == [["a", "b"]]


async def test_a_lane_that_is_ended_leaves_nobody_waiting(counter: Counter) -> None:
    desk = counter.desk()
    await desk.__aenter__()
    tasks = await counter.line_up(desk, "ab")
    for lane in desk._tasks:
        lane.cancel()
    await settle_down()
    for waiting in (*tasks, desk.place(counter.order("c"))):
        with pytest.raises(Unavailable) as refused:
            await waiting
        assert refused.value.code == "DESK_CLOSED"


async def test_a_market_has_one_lane_and_lanes_run_side_by_side(counter: Counter) -> None:
    world = counter.world
    treasury = (await world.queries.entries(counter.market, 1))[0].user_id
    markets: dict[int, MarketId] = {}
    while len(markets) < 2:
        world.ids.new()
        market = await world.market(treasury)
        markets[market.int % 2] = market
    async with counter.desk(DeskBounds(lanes=2)) as desk:
        placed: list[asyncio.Future[Placed]] = []
        for key in "abcdef":
            market = markets[len(placed) % 2]
            placed.append(desk.place(counter.order(key, market)))
            await settle_down()
        assert counter.gate.waiting == 2
        counter.gate.open()
        await asyncio.gather(*placed)
    assert sorted(counter.gate.groups) == [["a"], ["b"], ["c", "e"], ["d", "f"]]
    assert discrepancies(await world.tables()) == []
