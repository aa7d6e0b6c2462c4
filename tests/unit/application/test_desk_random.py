"""Whatever is asked of the desk, and whatever the store does, orders are executed as if one after the other."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.shared.store import CommitUnknown, StoreBusy, StoreError
from application.trading.desk import Desk, DeskBounds
from application.trading.execute_orders import Placed
from application.trading.ports import Changes
from domain.shared.errors import PresageError
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import LedgerEntry
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.behaviour.expected import sequential
from tests.behaviour.stores import memory_world
from tests.behaviour.world import World
from tests.fakes.faults import Faults, faulty
from tests.support import discrepancies

MARKETS, USERS = 3, 4

trying = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

amounts = st.one_of(st.integers(1, 50), st.integers(1, 1_500 * POINT))
sides = st.sampled_from(Outcome)
bounds = st.one_of(st.none(), st.none(), st.none(), amounts)
instructions: st.SearchStrategy[Instruction] = st.one_of(
    st.builds(Buy, sides, amounts, bounds),
    st.builds(BuyShares, sides, amounts, bounds),
    st.builds(Sell, sides, amounts, bounds),
    st.builds(SellFor, sides, amounts, bounds),
    st.builds(Mint, amounts),
    st.builds(Merge, amounts),
    st.builds(CloseOut, bounds),
    st.builds(AddLiquidity, amounts, st.one_of(st.none(), st.integers(10_000, 990_000))),
    st.builds(RemoveLiquidity, amounts),
    st.builds(ClaimFees),
)


class Asked(NamedTuple):
    """An order before there are users and markets: those are given by number, and keys are few."""

    user: int
    market: int
    key: int
    instruction: Instruction


asked = st.builds(Asked, st.integers(0, USERS - 1), st.integers(0, MARKETS - 1), st.integers(0, 30), instructions)
batches = st.lists(st.lists(asked, min_size=1, max_size=12), min_size=1, max_size=4)


class Floor(NamedTuple):
    """Markets with different fees, and users who provide on one of them each."""

    world: World
    markets: list[MarketId]
    users: list[UserId]

    def orders(self, batch: Sequence[Asked]) -> list[Order]:
        return [
            Order(self.users[each.user], self.markets[each.market], f"mine {each.key}", each.instruction)
            for each in batch
        ]


async def a_floor(world: World) -> Floor:
    treasury = await world.treasury()
    markets = [await world.market(treasury, points=100, fee_bps=300 * number) for number in range(MARKETS)]
    users = [await world.user(f"user {number}") for number in range(USERS)]
    for number, user in enumerate(users):
        await world.place(user, markets[number % MARKETS], AddLiquidity(10 * POINT))
    return Floor(world, markets, users)


async def place_all(desk: Desk, orders: Sequence[Order]) -> list[Placed | BaseException]:
    return await asyncio.gather(*map(desk.place, orders), return_exceptions=True)


def told(answer: Placed | BaseException) -> LedgerEntry | str:
    """The entry, or the code of the refusal."""
    if isinstance(answer, Placed):
        return answer.entry
    return answer.code if isinstance(answer, PresageError) else type(answer).__name__


@trying
@given(batches, st.integers(1, 8))
def test_groups_are_executed_as_if_one_after_the_other(asked_in: list[list[Asked]], group_size: int) -> None:
    async def trade() -> None:
        async with memory_world() as world:
            floor = await a_floor(world)
            domain = await sequential(world, floor.markets, floor.users)
            async with world.new_desk(DeskBounds(group_size=group_size)) as desk:
                for orders in map(floor.orders, asked_in):
                    answers = await place_all(desk, orders)
                    assert list(map(told, answers)) == domain.place_all(orders, world.clock.now())
            assert await sequential(world, floor.markets, floor.users) == replace(domain, answers={}, entries=[])
            tables = await world.tables()
            placed = [row["hash"] for row in tables["trade_ledger"] if row["key"] and row["key"].startswith("mine")]
            assert discrepancies(tables) == []
            assert set(placed) == {entry.hash for entry in domain.entries}

    asyncio.run(trade())


class Moment(NamedTuple):
    """Where in a transaction what goes wrong."""

    name: str
    error: Exception | None = None


MOMENTS = [
    Moment("none"),
    Moment("open", StoreBusy("no free connection")),
    Moment("lock", StoreBusy("deadlock")),
    Moment("write", StoreError("constraint")),
    Moment("write", StoreBusy("connection lost")),
    Moment("commit", CommitUnknown()),
    Moment("committed", CommitUnknown()),
]


class Trouble:
    """A store in which the n-th transaction meets the n-th moment."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self._moments = iter(moments)
        self._now = MOMENTS[0]

    def faults(self) -> Faults:
        return Faults(self._open, self._lock, self._write, self._commit, self._committed)

    async def _open(self) -> None:
        self._now = next(self._moments, MOMENTS[0])
        self._meet("open")

    async def _lock(self) -> None:
        self._meet("lock")

    async def _write(self, _: Changes) -> None:
        self._meet("write")

    async def _commit(self) -> None:
        self._meet("commit")

    async def _committed(self) -> None:
        self._meet("committed")

    def _meet(self, name: str) -> None:
        if self._now.name == name and self._now.error:
            raise self._now.error


@trying
@given(st.lists(asked, min_size=1, max_size=20), st.lists(st.sampled_from(MOMENTS), max_size=12), st.integers(1, 8))
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    batch: list[Asked], moments: list[Moment], group_size: int
) -> None:
    async def trade() -> None:
        async with memory_world() as world:
            floor = await a_floor(world)
            orders = floor.orders(batch)
            store = faulty(world.transactions, Trouble(moments).faults())
            async with Desk(store, world.clock, DeskBounds(group_size=group_size, retry_pause=0)) as desk:
                answers = await place_all(desk, orders)
            tables = await world.tables()
            assert discrepancies(tables) == []
            ledger = {row["hash"] for row in tables["trade_ledger"]}
            acknowledged = [answer.entry for answer in answers if isinstance(answer, Placed)]
            assert {entry.hash for entry in acknowledged} <= ledger
            again = await place_all(world.desk, orders)
            for first, second in zip(answers, again, strict=True):
                if isinstance(first, Placed):
                    assert second == Placed(first.entry, repeated=True)
            assert discrepancies(await world.tables()) == []

    asyncio.run(trade())
