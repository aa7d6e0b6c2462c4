"""Orders that can never be carried out: each has its own code, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from domain.shared.errors import Forbidden, Invalid, NotFound
from domain.shared.ids import MarketId, UserId
from domain.shared.money import MAX_AMOUNT, POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.behaviour.fair import EVERY, Fair
from tests.behaviour.refusals import assert_refused

YES, NO = Outcome.YES, Outcome.NO
NOBODY = UserId(UUID(int=404))
NOWHERE = MarketId(UUID(int=404))

WITH_AMOUNT: dict[str, Callable[[Any], Instruction]] = {
    "buy": lambda amount: Buy(YES, amount),
    "buy_shares": lambda amount: BuyShares(YES, amount),
    "sell": lambda amount: Sell(YES, amount),
    "sell_for": lambda amount: SellFor(YES, amount),
    "mint": Mint,
    "merge": Merge,
    "add_liquidity": AddLiquidity,
    "remove_liquidity": RemoveLiquidity,
    "min_shares": lambda bound: Buy(YES, POINT, min_shares=bound),
    "max_cost": lambda bound: BuyShares(YES, POINT, max_cost=bound),
    "min_proceeds": lambda bound: Sell(YES, POINT, min_proceeds=bound),
    "max_shares": lambda bound: SellFor(YES, POINT, max_shares=bound),
    "least": CloseOut,
}

BAD_AMOUNTS = [
    (0, "AMOUNT_OUT_OF_BOUNDS"),
    (-1, "AMOUNT_OUT_OF_BOUNDS"),
    (MAX_AMOUNT + 1, "AMOUNT_OUT_OF_BOUNDS"),
    (1.5, "AMOUNT_NOT_INTEGER"),
    (1.0, "AMOUNT_NOT_INTEGER"),
    ("1", "AMOUNT_NOT_INTEGER"),
    (True, "AMOUNT_NOT_INTEGER"),
]


async def test_amounts_and_bounds(fair: Fair) -> None:
    before = await fair.world.tables()
    for build in WITH_AMOUNT.values():
        for amount, code in BAD_AMOUNTS:
            with pytest.raises(Invalid) as refused:
                await fair.world.place(fair.bo, fair.market, build(amount))
            assert refused.value.code == code
    assert await fair.world.tables() == before


async def test_an_unknown_outcome(fair: Fair) -> None:
    async def place(kind: Callable[[Any, int], Instruction], outcome: object) -> None:
        await fair.world.place(fair.bo, fair.market, kind(outcome, POINT))

    for kind in (Buy, BuyShares, Sell, SellFor):
        for outcome in ("MAYBE", "YES", "", None, 1):
            await assert_refused(fair.world, place(kind, outcome), Invalid, "OUTCOME_UNKNOWN")


async def test_an_unknown_result(fair: Fair) -> None:
    resolve = fair.world.change.resolve(fair.market, "MAYBE")  # type: ignore[arg-type]
    await assert_refused(fair.world, resolve, Invalid, "OUTCOME_UNKNOWN")


async def test_an_unknown_action(fair: Fair) -> None:
    async def place() -> None:
        await fair.world.place(fair.bo, fair.market, "SHORT")  # type: ignore[arg-type]

    await assert_refused(fair.world, place(), Invalid, "ACTION_UNKNOWN")


async def test_an_unusable_key(fair: Fair) -> None:
    async def place(key: str) -> None:
        await fair.world.desk.place(Order(fair.bo, fair.market, key, Buy(YES, POINT)))

    for key in ("", "k" * 256, "a\0b", "\ud800"):
        await assert_refused(fair.world, place(key), Invalid, "IDEMPOTENCY_KEY")


async def test_an_unknown_market_or_user(fair: Fair) -> None:
    world = fair.world
    for instruction in EVERY:
        await assert_refused(world, world.place(fair.bo, NOWHERE, instruction), NotFound, "MARKET_NOT_FOUND")
        await assert_refused(world, world.place(NOBODY, fair.market, instruction), NotFound, "USER_NOT_FOUND")


async def test_an_inactive_user(fair: Fair) -> None:
    await fair.world.deactivate(fair.bo)
    for instruction in EVERY:
        await fair.refuse(fair.bo, instruction, "ACCOUNT_INACTIVE", Forbidden)
