"""A scene on which every kind of order could be refused for a reason of its own."""

from dataclasses import dataclass

from domain.shared.errors import Conflict, PresageError
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
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
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World

YES, NO = Outcome.YES, Outcome.NO

EVERY: list[Instruction] = [
    Buy(YES, POINT),
    BuyShares(NO, POINT),
    Sell(YES, POINT),
    SellFor(NO, POINT),
    Mint(POINT),
    Merge(POINT),
    CloseOut(),
    AddLiquidity(POINT),
    RemoveLiquidity(POINT),
    ClaimFees(),
]
"""One order of each kind."""


@dataclass(frozen=True, slots=True)
class Fair:
    """A market on which ada provides and bo holds shares of both sides; cy has only points, poor has nothing."""

    world: World
    market: MarketId
    treasury: UserId
    ada: UserId
    bo: UserId
    cy: UserId
    poor: UserId

    async def refuse(
        self, user: UserId, instruction: Instruction, code: str, kind: type[PresageError] = Conflict
    ) -> None:
        await assert_refused(self.world, self.world.place(user, self.market, instruction), kind, code)


async def a_fair(world: World) -> Fair:
    """The scene on a world."""
    treasury = await world.treasury()
    market = await world.market(treasury)
    ada, bo, cy = [await world.user(name) for name in ("ada", "bo", "cy")]
    await world.place(ada, market, AddLiquidity(100 * POINT))
    await world.place(bo, market, Buy(YES, 100 * POINT))
    await world.place(bo, market, Buy(NO, 50 * POINT))
    return Fair(world, market, treasury, ada, bo, cy, await world.user("poor", points=0))
