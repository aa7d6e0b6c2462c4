"""Who holds a market's shares and who provides its liquidity."""

from uuid import UUID

import pytest

from application.trading.reading.holdings import HoldingCursor
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, CloseOut, Mint, RemoveLiquidity, Sell
from tests.behaviour.paging import all_of
from tests.behaviour.settling import positions
from tests.behaviour.world import World

YES, NO = Outcome.YES, Outcome.NO


async def crowd(world: World) -> tuple[MarketId, dict[UserId, str]]:
    """A market at even odds with holders of one side, of the other, of both, several with as much, and of nothing."""
    handles = {(await world.treasury()): "treasury"}
    market_id = await world.market(next(iter(handles)))
    for number in range(9):
        handles[await world.user(f"user {number}")] = f"user {number}"
    users = list(handles)[1:]
    for user in users[:6]:
        await world.place(user, market_id, Mint((1 + users.index(user) % 2) * POINT))
    for user in users[:2]:
        await world.place(user, market_id, Sell(YES, POINT // 2))
    await world.place(users[6], market_id, Buy(YES, 5 * POINT))
    await world.place(users[7], market_id, Buy(NO, 5 * POINT))
    await world.place(users[8], market_id, Mint(POINT))
    await world.place(users[8], market_id, CloseOut())
    return market_id, handles


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
@pytest.mark.parametrize("outcome", [YES, NO, None])
async def test_every_holder_comes_once_the_greatest_first(world: World, outcome: Outcome | None, limit: int) -> None:
    market_id, handles = await crowd(world)
    held = await positions(world, market_id)
    quantity = {
        user: (held[user].yes + held[user].no) if outcome is None else held[user].shares(outcome) for user in held
    }
    order = sorted((user for user in held if quantity[user]), key=lambda user: (-quantity[user], user))
    read = await all_of(lambda after: world.queries.holders(market_id, limit, outcome, after), limit)
    assert [holder.user_id for holder in read] == order
    assert [(holder.yes, holder.no) for holder in read] == [(held[user].yes, held[user].no) for user in order]
    assert [holder.handle for holder in read] == [handles[user] for user in order]
    assert len({quantity[user] for user in order}) < len(order)


async def test_a_holder_of_one_side_is_none_of_the_other(world: World) -> None:
    market_id, handles = await crowd(world)
    handle = dict.fromkeys(handles.values())
    for outcome, missing in ((YES, "user 7"), (NO, "user 6"), (None, "user 8")):
        found = {holder.handle for holder in (await world.queries.holders(market_id, 200, outcome)).items}
        assert missing in handle
        assert missing not in found
    assert (await world.queries.holders(MarketId(UUID(int=404)), 200)).items == []


@pytest.mark.parametrize("limit", [1, 2, 200])
async def test_every_provider_comes_once_with_what_he_can_claim(world: World, limit: int) -> None:
    treasury = await world.treasury()
    market_id = await world.market(treasury)
    users = [await world.user(name) for name in ("ada", "bo", "cy", "di")]
    for user, points in zip(users, (300, 300, 7, 100), strict=True):
        await world.place(user, market_id, AddLiquidity(points * POINT))
    await world.place(users[2], market_id, Buy(YES, 100 * POINT + 7))
    await world.place(users[3], market_id, RemoveLiquidity(100 * POINT))
    read = await all_of(lambda after: world.queries.providers(market_id, limit, after), limit)
    assert [provider.user_id for provider in read] == [treasury, users[0], users[1], users[2]]
    assert [provider.shares for provider in read] == [points * POINT for points in (1_000, 300, 300, 7)]
    assert [provider.handle for provider in read] == ["treasury", "ada", "bo", "cy"]
    for provider in read:
        claimed = (await world.place(provider.user_id, market_id, ClaimFees())).entry
        assert (claimed.action, claimed.amount_out) == (Action.FEE_CLAIM, provider.claimable)
    assert [each.claimable for each in (await world.queries.providers(market_id, 200)).items] == [0] * 4


async def test_a_cursor_tells_how_much_the_last_one_holds(world: World) -> None:
    market_id, _ = await crowd(world)
    page = await world.queries.holders(market_id, 1, YES)
    assert page.next == HoldingCursor(page.items[0].yes, page.items[0].user_id)
