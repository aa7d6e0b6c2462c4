"""The ranking by realised profit."""

from collections import Counter

import pytest

from application.trading.reading.leaderboard import RankCursor
from domain.shared.ids import UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy, CloseOut, Mint
from tests.behaviour.paging import all_of
from tests.behaviour.world import World

YES, NO = Outcome.YES, Outcome.NO


async def season(world: World) -> dict[str, UserId]:
    """Winners, losers, some even, one who never traded and one who was deactivated, over two markets."""
    treasury = await world.treasury()
    names = ("ada", "bo", "cy", "di", "even", "also even", "idle", "gone")
    users = {name: await world.user(name) for name in names}
    for outcome in (YES, NO):
        market_id = await world.market(treasury)
        await world.place(users["ada"], market_id, Buy(YES, 60 * POINT))
        await world.place(users["bo"], market_id, Buy(NO, 40 * POINT))
        await world.place(users["gone"], market_id, Buy(outcome, 99 * POINT))
        for even in ("even", "also even"):
            await world.place(users[even], market_id, Mint(POINT))
            await world.place(users[even], market_id, CloseOut())
        await world.change.resolve(market_id, outcome)
        await world.settle(market_id)
    third = await world.market(treasury)
    await world.place(users["cy"], third, Buy(YES, 10 * POINT))
    await world.place(users["cy"], third, CloseOut())
    await world.place(users["di"], third, Buy(NO, POINT))
    await world.deactivate(users["gone"])
    return users


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_every_trader_comes_once_by_realised_profit(world: World, limit: int) -> None:
    users = await season(world)
    profits, markets = Counter[UserId](), Counter[UserId]()
    for row in (await world.tables())["portfolios"]:
        profits[row["user_id"]] += row["realised"]
        markets[row["user_id"]] += 1
    ranked = [user for name, user in users.items() if name not in ("idle", "gone")]
    order = sorted(ranked, key=lambda user: (-profits[user], user))
    read = await all_of(lambda after: world.queries.ranks(limit, after), limit)
    assert [rank.user_id for rank in read] == order
    assert [rank.profit for rank in read] == [profits[user] for user in order]
    assert [rank.markets for rank in read] == [markets[user] for user in order]
    assert {rank.handle: rank.user_id for rank in read} == {name: users[name] for name in users if users[name] in order}
    assert [rank.place for rank in read] == [
        1 + sum(profits[other] > profits[user] for other in order) for user in order
    ]


async def test_equals_share_a_place(world: World) -> None:
    await season(world)
    places = {rank.handle: rank.place for rank in (await world.queries.ranks(200)).items}
    assert places["even"] == places["also even"] == places["di"]
    assert max(places.values()) == len(places)


async def test_nobody_is_ranked_before_anybody_traded(world: World) -> None:
    await world.market(await world.treasury())
    await world.user("ada")
    assert (await world.queries.ranks(200)).items == []


async def test_a_cursor_is_the_last_ones_profit(world: World) -> None:
    await season(world)
    page = await world.queries.ranks(2)
    assert page.next == RankCursor(page.items[1].profit, page.items[1].user_id)
