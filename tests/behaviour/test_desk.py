"""The desk: groups in one transaction, in which each order stands for itself."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from application.trading.desk import Desk, DeskBounds
from application.trading.execute_orders import Placed
from domain.accounts.user import GrantReason
from domain.shared.errors import Conflict, PresageError, Unavailable
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import LedgerEntry
from domain.trading.orders import Buy, BuyShares, Instruction, Merge, Mint, Order, Sell
from tests.behaviour.expected import sequential
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import OPEN_FOR, World
from tests.fakes.faults import Faults, faulty
from tests.support import discrepancies

YES, NO = Outcome.YES, Outcome.NO


async def scene(world: World) -> tuple[MarketId, UserId]:
    """A market with liquidity, and a user with 1,000 points."""
    return await world.market(await world.treasury()), await world.user("ada")


async def place_all(desk: Desk, orders: Sequence[Order]) -> list[Placed | BaseException]:
    return await asyncio.gather(*map(desk.place, orders), return_exceptions=True)


def codes(answers: Sequence[Placed | BaseException]) -> list[str]:
    """`filled` or `repeated` for each answer, or the code of its refusal."""
    return [_code(answer) for answer in answers]


def _code(answer: Placed | BaseException) -> str:
    if isinstance(answer, Placed):
        return "repeated" if answer.repeated else "filled"
    return answer.code if isinstance(answer, PresageError) else type(answer).__name__


def filled(answers: Sequence[Placed | BaseException]) -> list[LedgerEntry]:
    """The entries of orders that were filled now."""
    return [answer.entry for answer in answers if isinstance(answer, Placed) and not answer.repeated]


async def test_refusals_do_not_touch_their_neighbours(world: World) -> None:
    market, ada = await scene(world)
    poor = await world.user("poor", points=0)
    nowhere, nobody = MarketId(world.ids.new()), UserId(world.ids.new())
    good = [world.order(ada, market, Buy(YES, amount * POINT)) for amount in (10, 20, 30, 40)]
    bad = [
        world.order(poor, market, Buy(YES, POINT)),
        world.order(ada, nowhere, Buy(YES, POINT)),
        world.order(nobody, market, Buy(YES, POINT)),
        world.order(ada, market, Buy(YES, POINT, min_shares=10**12)),
        world.order(ada, market, Sell(NO, POINT)),
        world.order(ada, market, Mint(POINT), world.clock.now()),
    ]
    domain = await sequential(world, [market], [ada])
    mixed = [good[0], *bad[:2], good[1], *bad[2:4], good[2], *bad[4:], good[3]]
    answers = dict(zip(mixed, await place_all(world.desk, mixed), strict=True))
    assert filled([answers[order] for order in good]) == domain.place_all(good, world.clock.now())
    assert codes([answers[order] for order in bad]) == [
        "INSUFFICIENT_POINTS",
        "MARKET_NOT_FOUND",
        "USER_NOT_FOUND",
        "SLIPPAGE",
        "INSUFFICIENT_SHARES",
        "ORDER_EXPIRED",
    ]
    assert (await world.queries.entries(market, 100, after_seq=1)) == filled([answers[order] for order in good])
    assert discrepancies(await world.tables()) == []


async def test_orders_see_what_those_before_them_in_the_group_did(world: World) -> None:
    market, ada = await scene(world)
    steps: list[Instruction] = [
        Mint(600 * POINT),
        Mint(600 * POINT),
        Merge(500 * POINT),
        Mint(600 * POINT),
        Merge(701 * POINT),
    ]
    answers = await place_all(world.desk, [world.order(ada, market, step) for step in steps])
    assert codes(answers) == ["filled", "INSUFFICIENT_POINTS", "filled", "filled", "INSUFFICIENT_SHARES"]


async def test_fifty_repeats_at_once_are_one_trade(world: World) -> None:
    market, ada = await scene(world)
    order = world.order(ada, market, Buy(YES, 10 * POINT))
    async with world.new_desk(DeskBounds(group_size=7)) as other:
        desks = (world.desk, other)
        answers = await asyncio.gather(*(desks[number % 2].place(order) for number in range(50)))
    assert codes(answers).count("filled") == 1
    assert codes(answers).count("repeated") == 49
    assert len({answer.entry for answer in answers}) == 1
    assert len(await world.queries.entries(market, 100)) == 2
    assert discrepancies(await world.tables()) == []


async def test_a_later_repeat_gets_the_first_fill(world: World) -> None:
    market, ada = await scene(world)
    order = world.order(ada, market, Buy(YES, 10 * POINT))
    first = await world.desk.place(order)
    await world.place(ada, market, Buy(NO, 50 * POINT))
    await world.change.close(market)
    before = await world.tables()
    assert await world.desk.place(order) == Placed(first.entry, repeated=True)
    assert await world.tables() == before


async def test_a_later_repeat_gets_the_first_refusal(world: World) -> None:
    market, ada = await scene(world)
    order = world.order(ada, market, Buy(YES, 1_001 * POINT))
    first = await assert_refused(world, world.desk.place(order), Conflict, "INSUFFICIENT_POINTS")
    await world.grant(ada, 500 * POINT, GrantReason.ADMIN_GRANT, "more")
    before = await world.tables()
    again = await assert_refused(world, world.desk.place(order), Conflict, "INSUFFICIENT_POINTS")
    assert (again.message, again.details) == (first.message, first.details)
    assert await world.tables() == before
    assert (await world.desk.place(world.order(ada, market, order.instruction))).entry.seq == 2


async def test_a_key_used_for_another_order_is_a_conflict(world: World) -> None:
    market, ada = await scene(world)
    other = await world.market((await world.queries.entries(market, 1))[0].user_id)
    key, later = "mine", world.clock.now() + timedelta(hours=1)
    order = Order(ada, market, key, Buy(YES, 10 * POINT))
    await world.desk.place(order)
    changed = [
        Order(ada, market, key, Buy(YES, 10 * POINT + 1)),
        Order(ada, market, key, Buy(NO, 10 * POINT)),
        Order(ada, market, key, Buy(YES, 10 * POINT, min_shares=1)),
        Order(ada, market, key, BuyShares(YES, 10 * POINT)),
        Order(ada, market, key, Buy(YES, 10 * POINT), later),
        Order(ada, other, key, Buy(YES, 10 * POINT)),
        Order(ada, MarketId(world.ids.new()), key, Buy(YES, 10 * POINT)),
    ]
    before = await world.tables()
    for each in changed:
        refusal = await assert_refused(world, world.desk.place(each), Conflict, "IDEMPOTENCY_CONFLICT")
        assert refusal.details == {"key": key}
    assert codes(await place_all(world.desk, [*changed, order])) == ["IDEMPOTENCY_CONFLICT"] * 7 + ["repeated"]
    assert await world.tables() == before


async def test_a_key_used_twice_in_one_group_is_decided_by_the_first(world: World) -> None:
    market, ada = await scene(world)
    orders = [Order(ada, market, "mine", Buy(YES, amount)) for amount in (2_000 * POINT, 2_000 * POINT, POINT)]
    answers = await place_all(world.desk, orders)
    assert codes(answers) == ["INSUFFICIENT_POINTS", "INSUFFICIENT_POINTS", "IDEMPOTENCY_CONFLICT"]


async def test_keys_belong_to_their_user(world: World) -> None:
    market, ada = await scene(world)
    bo = await world.user("bo")
    orders = [Order(user, market, "same", Buy(YES, amount)) for user, amount in ((ada, POINT), (bo, 2 * POINT))]
    assert codes(await place_all(world.desk, orders)) == ["filled", "filled"]


async def test_the_time_is_read_under_the_lock(world: World) -> None:
    """The market closes, and an order expires, while the group waits for another transaction's lock."""
    market, ada = await scene(world)
    asking = asyncio.Event()

    async def ask() -> None:
        asking.set()

    last = world.clock.now() + OPEN_FOR - timedelta(seconds=1)
    world.clock.time = last
    orders = [
        world.order(ada, market, Buy(YES, POINT), expires_at) for expires_at in (last + timedelta(seconds=1), None)
    ]
    before = await world.tables()
    async with Desk(faulty(world.transactions, Faults(before_lock=ask)), world.clock) as desk:
        async with world.transactions() as transaction:
            await transaction.books.lock_markets([market])
            placing = asyncio.create_task(place_all(desk, orders))
            await asking.wait()
            world.clock.advance(timedelta(seconds=1))
        assert codes(await placing) == ["ORDER_EXPIRED", "MARKET_CLOSED"]
    assert (await world.tables())["trade_ledger"] == before["trade_ledger"]


@pytest.mark.parametrize("desks", [1, 3])
async def test_concurrent_writers_lose_nothing(world: World, desks: int) -> None:
    treasury = await world.treasury()
    markets = [await world.market(treasury) for _ in range(3)]
    users = [await world.user(f"user {number}") for number in range(4)]
    orders = [
        world.order(users[number % 4], markets[number % 3], Buy(YES if number % 2 else NO, POINT + number))
        for number in range(60)
    ]
    opened = [world.new_desk(DeskBounds(lanes=2, group_size=5)) for _ in range(desks)]
    for desk in opened:
        await desk.__aenter__()
    answers = await asyncio.gather(*(opened[number % desks].place(order) for number, order in enumerate(orders)))
    for desk in opened:
        await desk.__aexit__(None, None, None)
    assert codes(answers) == ["filled"] * 60
    assert discrepancies(await world.tables()) == []


async def test_a_closed_desk_refuses(world: World) -> None:
    market, ada = await scene(world)
    async with world.new_desk() as desk:
        pass
    refused = desk.place(world.order(ada, market, Mint(POINT)))
    await assert_refused(world, refused, Unavailable, "DESK_CLOSED")
