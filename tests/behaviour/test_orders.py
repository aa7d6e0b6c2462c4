"""All ten kinds of order, through the desk: in any store, exactly what the pure domain makes of them."""

import asyncio

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
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.behaviour.expected import sequential
from tests.behaviour.world import World
from tests.support import discrepancies

YES, NO = Outcome.YES, Outcome.NO

HISTORY: list[tuple[int, Instruction]] = [
    (0, Buy(YES, 50 * POINT, min_shares=1)),
    (0, BuyShares(NO, 30 * POINT, max_cost=30 * POINT)),
    (0, Mint(20 * POINT)),
    (1, AddLiquidity(100 * POINT)),
    (0, Sell(YES, 10 * POINT, min_proceeds=1)),
    (0, SellFor(NO, 5 * POINT, max_shares=50 * POINT)),
    (0, Merge(7 * POINT)),
    (1, ClaimFees()),
    (2, Buy(NO, 40 * POINT)),
    (1, RemoveLiquidity(30 * POINT)),
    (0, CloseOut(min_proceeds=1)),
    (1, RemoveLiquidity(POINT)),
]
"""Who of three users places which order."""


async def scene(world: World) -> tuple[MarketId, list[UserId], list[Order]]:
    market_id = await world.market(await world.treasury())
    users = [await world.user(name) for name in ("ada", "bo", "cy")]
    return market_id, users, [world.order(users[who], market_id, asked) for who, asked in HISTORY]


async def test_one_by_one(world: World) -> None:
    market_id, users, orders = await scene(world)
    domain = await sequential(world, [market_id], users)
    for order in orders:
        placed = await world.desk.place(order)
        assert not placed.repeated
        assert placed.entry == domain.place(order, world.clock.now())
        assert (placed.entry.key, placed.entry.fingerprint) == (order.key, order.fingerprint())
    assert (await world.queries.entries(market_id, 100))[1:] == domain.entries
    assert discrepancies(await world.tables()) == []


async def test_all_at_once_in_the_order_of_their_arrival(world: World) -> None:
    market_id, users, orders = await scene(world)
    domain = await sequential(world, [market_id], users)
    placed = await asyncio.gather(*map(world.desk.place, orders))
    assert [answer.entry for answer in placed] == domain.place_all(orders, world.clock.now())
    assert (await world.queries.entries(market_id, 100))[1:] == domain.entries
    for user_id in users:
        portfolio = await world.queries.portfolio(user_id)
        (line,) = portfolio.lines
        held = domain.positions[market_id, user_id], domain.stakes[market_id, user_id]
        assert (portfolio.balance, line.position, line.stake) == (domain.balances[user_id], *held)
    assert discrepancies(await world.tables()) == []


async def test_one_group_on_several_markets(world: World) -> None:
    treasury = await world.treasury()
    markets = [await world.market(treasury, fee_bps=fee_bps) for fee_bps in (0, 100, 1_000)]
    users = [await world.user(name) for name in ("ada", "bo", "cy")]
    orders = [world.order(users[who], market_id, asked) for who, asked in HISTORY[:7] for market_id in markets]
    domain = await sequential(world, markets, users)
    placed = await asyncio.gather(*map(world.desk.place, orders))
    assert [answer.entry for answer in placed] == domain.place_all(orders, world.clock.now())
    assert discrepancies(await world.tables()) == []
