"""Settlement: in chunks, interrupted, repeated or raced, each is paid once and to the µP, and nothing is left."""

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest

from application.shared.store import CommitUnknown
from application.trading.settle_market import SettleMarket
from domain.accounts.user import GrantReason
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import MarketId
from domain.shared.money import MAX_AMOUNT, MAX_HOLDING, POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.orders import Buy, RemoveLiquidity
from tests.behaviour.refusals import assert_refused
from tests.behaviour.settling import assert_settled, end, payments, positions, traded, treasury_of
from tests.behaviour.world import World
from tests.fakes.faults import Faults, faulty
from tests.support import discrepancies

YES, NO = Outcome.YES, Outcome.NO


@pytest.mark.parametrize(("result", "chunk"), [(YES, 1), (NO, 2), (None, 3), (None, 1)])
async def test_chunk_by_chunk(world: World, result: Outcome | None, chunk: int) -> None:
    market_id = await traded(world)
    held = await positions(world, market_id)
    await end(world, market_id, result)
    made = []
    async for entries in world.settle_by(chunk).chunks(market_id):
        made.append(entries)
        assert discrepancies(await world.tables()) == []
    # Six holders, three providers with a claim of fees each, and the sweep of the vault.
    assert len(made) == -(-6 // chunk) + -(-3 // chunk) + 1
    assert sum(made) == 6 + 2 * 3 + 1
    holders, providers = await payments(world, market_id)
    if result is None:
        assert holders == {user: position.basis for user, position in held.items()}
    else:
        assert holders == {user: position.shares(result) for user, position in held.items()}
    assert len(providers) == 3
    await assert_settled(world, market_id)


@pytest.mark.parametrize("result", [NO, None])
async def test_interrupted_after_every_chunk(world: World, result: Outcome | None) -> None:
    market_id = await traded(world)
    await end(world, market_id, result)
    chunks = 0
    while not (await world.queries.market(market_id)).market.settled:
        await anext(world.settle_by(2).chunks(market_id))
        chunks += 1
    assert chunks == 3 + 2 + 1
    await assert_settled(world, market_id)


async def test_killed_in_every_chunk_before_and_after_its_commit(world: World) -> None:
    market_id = await traded(world)
    await end(world, market_id, YES)
    moments = 0

    async def killed() -> None:
        nonlocal moments
        moments += 1
        raise CommitUnknown

    dying = [Faults(before_commit=killed), Faults(after_commit=killed)]
    for _ in range(7):
        for faults in dying:
            with suppress(CommitUnknown):
                await SettleMarket(faulty(world.transactions, faults), world.clock, world.ids, 2)(market_id)
            assert discrepancies(await world.tables()) == []
    assert moments == 14
    holders, providers = await payments(world, market_id)
    assert (len(holders), len(providers)) == (6, 3)
    await assert_settled(world, market_id)


@pytest.mark.parametrize("result", [YES, None])
async def test_settled_by_two_at_once_and_again_later(world: World, result: Outcome | None) -> None:
    market_id = await traded(world)
    await end(world, market_id, result)
    made = await asyncio.gather(*(world.settle_by(chunk)(market_id) for chunk in (1, 2)))
    assert sum(made) == 6 + 2 * 3 + 1
    await payments(world, market_id)
    await assert_settled(world, market_id)
    settled = await world.tables()
    assert await world.settle(market_id) == 0
    assert await world.tables() == settled


async def test_settling_one_market_while_its_holders_trade_on_another(world: World) -> None:
    market_id = await traded(world)
    other = await world.market(await treasury_of(world, market_id))
    users = list(await positions(world, market_id))
    await end(world, market_id, NO)
    orders = [world.order(user, other, Buy(YES, POINT)) for _ in range(5) for user in users]
    await asyncio.gather(world.settle_by(1)(market_id), *map(world.desk.place, orders))
    await assert_settled(world, market_id)
    assert (await world.queries.market(other)).book.seq == 1 + len(orders)


async def test_a_cancelled_market_that_is_short_pays_pro_rata(world: World) -> None:
    """Both sides were bought dearly and the provider has left, so that less lies there than was paid for it."""
    treasury = await world.treasury()
    market_id = await world.market(treasury, points=100, fee_bps=1_000)
    ada, bo = await world.user("ada"), await world.user("bo")
    await world.place(ada, market_id, Buy(YES, 300 * POINT))
    await world.place(bo, market_id, Buy(NO, 900 * POINT))
    await world.place(treasury, market_id, RemoveLiquidity(100 * POINT))
    held = await positions(world, market_id)
    collateral = (await world.queries.market(market_id)).book.collateral
    basis = sum(position.basis for position in held.values())
    assert collateral < basis
    await end(world, market_id, None)
    await world.settle_by(1)(market_id)
    holders, providers = await payments(world, market_id)
    assert (sum(holders.values()), providers) == (collateral, {})
    for user, position in held.items():  # each payment is rounded down, so that a later one may be more by as much
        assert abs(holders[user] - position.basis * collateral // basis) < len(held)
    await assert_settled(world, market_id)


async def test_a_cancelled_market_whose_providers_left_gives_the_rest_to_the_treasury(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.market(treasury, points=1_000, fee_bps=0)
    ada, bo = await world.user("ada"), await world.user("bo")
    await world.place(ada, market_id, Buy(YES, 10 * POINT))
    await world.place(bo, market_id, Buy(NO, 900 * POINT))
    await world.place(treasury, market_id, RemoveLiquidity(1_000 * POINT))
    held = await positions(world, market_id)
    rest = (await world.queries.market(market_id)).book.collateral - sum(each.basis for each in held.values())
    assert rest > 0
    await end(world, market_id, None)
    await world.settle(market_id)
    last = (await world.queries.entries(market_id, 100))[-1]
    assert (last.action, last.user_id, last.amount_out) == (Action.REFUND, treasury, rest)
    await assert_settled(world, market_id)


async def test_a_cancelled_draft_has_nothing_to_pay(world: World) -> None:
    market_id = await world.draft(await world.treasury())
    await end(world, market_id, None)
    assert await world.settle(market_id) == 0
    await assert_settled(world, market_id)


async def test_a_deactivated_holder_is_paid_too(world: World) -> None:
    market_id = await traded(world)
    *_, (user, position) = (await positions(world, market_id)).items()
    await world.deactivate(user)
    await end(world, market_id, YES)
    await world.settle(market_id)
    holders, _ = await payments(world, market_id)
    assert holders[user] == position.yes
    await assert_settled(world, market_id)


async def test_a_holder_is_paid_beyond_the_bound_of_a_balance(world: World) -> None:
    """What is due is paid, or one full account would keep everybody waiting."""
    market_id = await world.market(await world.treasury())
    user = await world.user("ada", points=0)
    for number in range(MAX_HOLDING // MAX_AMOUNT):
        await world.grant(user, MAX_AMOUNT, GrantReason.ADMIN_GRANT, str(number))
    paid = (await world.place(user, market_id, Buy(YES, POINT))).entry
    await world.grant(user, POINT, GrantReason.ADMIN_GRANT, "again")
    await end(world, market_id, YES)
    await world.settle(market_id)
    assert (await world.queries.portfolio(user)).balance == MAX_HOLDING + paid.yes_after
    await assert_settled(world, market_id)


async def test_what_settlement_refuses(world: World) -> None:
    market_id = await traded(world)
    await assert_refused(world, world.settle(market_id), Conflict, "MARKET_NOT_ENDED")
    await assert_refused(world, world.settle(MarketId(UUID(int=404))), NotFound, "MARKET_NOT_FOUND")


async def test_sweeping_before_settlement_changes_nothing_for_the_others(world: World) -> None:
    market_id = await traded(world)
    swept = await world.sweep(market_id)
    assert swept > 0
    await end(world, market_id, YES)
    assert await world.settle(market_id) == 6 + 2 * 3
    await assert_settled(world, market_id)
