"""The desk when the store fails: an offender is found and stands alone, and nothing is done twice or forgotten."""

from collections.abc import Set

import pytest

from application.shared.store import CommitUnknown, StoreBusy, StoreError
from application.trading.desk import Desk, DeskBounds
from application.trading.ports import Changes
from domain.shared.errors import Unavailable
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy, Mint, Order
from tests.behaviour.expected import sequential
from tests.behaviour.test_desk import codes, filled, place_all, scene
from tests.behaviour.world import World
from tests.fakes.faults import Faults, answered, faulty
from tests.support import discrepancies

YES, NO = Outcome.YES, Outcome.NO


def desk_with(world: World, faults: Faults) -> Desk:
    return Desk(faulty(world.transactions, faults), world.clock, DeskBounds(attempts=3, retry_pause=0.001))


def refusing(keys: Set[str], error: Exception) -> Faults:
    """A store that fails to write the orders with these keys."""

    async def check(changes: Changes) -> None:
        if not keys.isdisjoint(answered(changes)):
            raise error

    return Faults(before_write=check)


@pytest.mark.parametrize(
    ("poisoned", "error"),
    [
        ({0}, StoreError("constraint")),
        ({8}, StoreError("constraint")),
        ({3, 4, 7}, StoreError("constraint")),
        (set(range(9)), StoreError("constraint")),
        ({4}, ZeroDivisionError("bug")),
    ],
)
async def test_poisoned_orders_stand_alone(world: World, poisoned: set[int], error: Exception) -> None:
    market, ada = await scene(world)
    orders = [Order(ada, market, str(number), Buy(YES, POINT + number)) for number in range(9)]
    good = [order for number, order in enumerate(orders) if number not in poisoned]
    domain = await sequential(world, [market], [ada])
    entries = domain.place_all(good, world.clock.now())
    async with desk_with(world, refusing({str(number) for number in poisoned}, error)) as desk:
        answers = dict(zip(orders, await place_all(desk, orders), strict=True))
    assert filled([answers[order] for order in good]) == entries
    assert {answers[order] for order in orders if order not in good} == {error}
    tables = await world.tables()
    assert [row["key"] for row in tables["trade_ledger"] if row["user_id"] == ada] == [order.key for order in good]
    assert discrepancies(tables) == []
    assert codes(await place_all(world.desk, orders)) == ["repeated" if order in good else "filled" for order in orders]


@pytest.mark.parametrize(
    ("moment", "failures"),
    [("before_lock", 1), ("before_open", 2), ("before_commit", 2), ("before_lock", 3), ("before_commit", 4)],
)
async def test_a_busy_store_is_tried_three_times(world: World, moment: str, failures: int) -> None:
    market, ada = await scene(world)
    tries = 0

    async def busy() -> None:
        nonlocal tries
        tries += 1
        if tries <= failures:
            raise StoreBusy("deadlock")

    orders = [world.order(ada, market, Mint(POINT)) for _ in range(3)]
    faults = Faults()
    setattr(faults, moment, busy)
    async with desk_with(world, faults) as desk:
        answers = codes(await place_all(desk, orders))
    assert tries == min(failures + 1, 3)
    assert answers == (["filled"] if failures < 3 else ["STORE_BUSY"]) * 3
    assert codes(await place_all(world.desk, orders)) == (["repeated"] if failures < 3 else ["filled"]) * 3
    assert discrepancies(await world.tables()) == []


@pytest.mark.parametrize("committed", [True, False])
async def test_an_unknown_outcome_is_settled_by_a_repeat(world: World, committed: bool) -> None:
    market, ada = await scene(world)
    transactions = 0

    async def count() -> None:
        nonlocal transactions
        transactions += 1

    async def lose_connection() -> None:
        raise CommitUnknown

    faults = Faults(before_open=count)
    if committed:
        faults.after_commit = lose_connection
    else:
        faults.before_commit = lose_connection
    orders = [world.order(ada, market, Mint(POINT)) for _ in range(3)]
    async with desk_with(world, faults) as desk:
        answers = await place_all(desk, orders)
    assert codes(answers) == ["COMMIT_UNKNOWN"] * 3
    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert transactions == 1
    assert codes(await place_all(world.desk, orders)) == ["repeated" if committed else "filled"] * 3
    assert len(await world.queries.entries(market, 100)) == 1 + 3
    assert discrepancies(await world.tables()) == []
