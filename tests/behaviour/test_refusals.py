"""Orders that cannot be carried out now: each refusal has its own code, and leaves nothing behind."""

from collections.abc import Callable
from datetime import timedelta

from domain.shared.errors import Conflict, Invalid
from domain.shared.money import MAX_AMOUNT, POINT
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
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.behaviour.expected import sequential
from tests.behaviour.fair import EVERY, Fair
from tests.behaviour.refusals import assert_refused

YES, NO = Outcome.YES, Outcome.NO


async def test_a_market_that_does_not_trade(fair: Fair) -> None:
    world = fair.world
    draft = await world.draft(fair.treasury)
    for instruction in EVERY:
        await assert_refused(world, world.place(fair.bo, draft, instruction), Conflict, "MARKET_NOT_OPEN")
    await world.change.pause(fair.market)
    for instruction in EVERY:
        await fair.refuse(fair.bo, instruction, "MARKET_PAUSED")
    await world.change.resolve(fair.market, YES)
    for instruction in EVERY:
        await fair.refuse(fair.bo, instruction, "MARKET_RESOLVED")
    await world.change.cancel(draft)
    for instruction in EVERY:
        await assert_refused(world, world.place(fair.bo, draft, instruction), Conflict, "MARKET_CANCELLED")


async def test_a_closed_market_still_lets_providers_out(fair: Fair) -> None:
    await fair.world.change.close(fair.market)
    for instruction in EVERY[:8]:
        await fair.refuse(fair.bo, instruction, "MARKET_CLOSED")
    await fair.world.place(fair.ada, fair.market, ClaimFees())
    await fair.world.place(fair.ada, fair.market, RemoveLiquidity(POINT))


async def test_an_expired_order(fair: Fair) -> None:
    world = fair.world
    now = world.clock.now()
    for instruction in EVERY:
        expired = world.order(fair.bo, fair.market, instruction, now)
        await assert_refused(world, world.desk.place(expired), Conflict, "ORDER_EXPIRED")
    alive = world.order(fair.bo, fair.market, Buy(YES, POINT), now + timedelta(microseconds=1))
    assert (await world.desk.place(alive)).entry.executed_at == now


async def test_a_market_without_liquidity(fair: Fair) -> None:
    world = fair.world
    await world.place(fair.treasury, fair.market, RemoveLiquidity(1_000 * POINT))
    shares = (await world.queries.market(fair.market)).book.lp_supply
    await world.place(fair.ada, fair.market, RemoveLiquidity(shares))
    for instruction in (Buy(YES, POINT), BuyShares(YES, POINT), Sell(YES, POINT), SellFor(NO, POINT), Mint(POINT)):
        await fair.refuse(fair.bo, instruction, "POOL_EMPTY")
    await fair.refuse(fair.bo, AddLiquidity(POINT), "PROBABILITY_MISSING", Invalid)
    await fair.refuse(fair.bo, AddLiquidity(POINT, 995_000), "PROBABILITY_OUT_OF_BOUNDS", Invalid)


BOUNDED: list[tuple[Callable[[int | None], Instruction], Callable[[LedgerEntry], int], int]] = [
    (lambda least: Buy(YES, 3 * POINT, min_shares=least), lambda entry: entry.yes_after - entry.yes_before, +1),
    (lambda most: BuyShares(YES, 3 * POINT, max_cost=most), lambda entry: entry.amount_in, -1),
    (lambda least: Sell(YES, 3 * POINT, min_proceeds=least), lambda entry: entry.amount_out, +1),
    (lambda most: SellFor(YES, 3 * POINT, max_shares=most), lambda entry: entry.yes_before - entry.yes_after, -1),
    (lambda least: CloseOut(min_proceeds=least), lambda entry: entry.amount_out, +1),
]
"""An order with its bound, what of its entry the bound is on, and the step to a bound that is not met."""


async def test_each_slippage_bound(fair: Fair) -> None:
    world = fair.world
    for bounded_by, measure, step in BOUNDED:
        domain = await sequential(world, [fair.market], [fair.bo])
        entry = domain.place(world.order(fair.bo, fair.market, bounded_by(None)), world.clock.now())
        assert isinstance(entry, LedgerEntry)
        just_met = measure(entry)
        await fair.refuse(fair.bo, bounded_by(just_met + step), "SLIPPAGE")
        placed = await world.place(fair.bo, fair.market, bounded_by(just_met))
        assert measure(placed.entry) == just_met


async def test_not_enough_points(fair: Fair) -> None:
    points = (await fair.world.queries.portfolio(fair.cy)).balance
    for instruction in (
        Buy(YES, points + 1),
        BuyShares(YES, 3_000 * POINT),
        Mint(points + 1),
        AddLiquidity(points + 1),
    ):
        await fair.refuse(fair.cy, instruction, "INSUFFICIENT_POINTS")
    for instruction in (Buy(YES, 1), Mint(1), AddLiquidity(POINT)):
        await fair.refuse(fair.poor, instruction, "INSUFFICIENT_POINTS")


async def test_not_enough_shares(fair: Fair) -> None:
    (line,) = (await fair.world.queries.portfolio(fair.bo)).lines
    yes, no = line.position.yes, line.position.no
    for instruction in (Sell(YES, yes + 1), Sell(NO, no + 1), SellFor(YES, 150 * POINT), Merge(min(yes, no) + 1)):
        await fair.refuse(fair.bo, instruction, "INSUFFICIENT_SHARES")
    for instruction in (Sell(NO, POINT), Merge(1), SellFor(NO, POINT)):
        await fair.refuse(fair.cy, instruction, "INSUFFICIENT_SHARES")
    await fair.refuse(fair.cy, CloseOut(), "NOTHING_HELD")
    await fair.refuse(fair.bo, SellFor(YES, MAX_AMOUNT), "POOL_TOO_SMALL")
    await fair.refuse(fair.bo, Sell(YES, 1), "PROCEEDS_ZERO", Invalid)


async def test_not_enough_lp_shares(fair: Fair) -> None:
    (line,) = (await fair.world.queries.portfolio(fair.ada)).lines
    await fair.refuse(fair.ada, RemoveLiquidity(line.stake.shares + 1), "INSUFFICIENT_LP_SHARES")
    await fair.refuse(fair.bo, RemoveLiquidity(1), "INSUFFICIENT_LP_SHARES")
    await fair.refuse(fair.bo, ClaimFees(), "NOTHING_TO_CLAIM")
    await fair.refuse(fair.bo, AddLiquidity(1), "LIQUIDITY_TOO_SMALL", Invalid)
