"""Trades as they are read: of a market both ways, of a user, by key."""

from datetime import timedelta
from uuid import UUID

import pytest

from application.trading.reading.trades import TradeCursor
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.orders import Buy, Mint, Order, RemoveLiquidity
from tests.behaviour.fair import Fair
from tests.behaviour.paging import all_of
from tests.behaviour.world import World

YES = Outcome.YES


async def busy(world: World, trades: int = 7) -> tuple[MarketId, list[LedgerEntry]]:
    """A market with the treasury's opening entry and trades of two users."""
    market_id = await world.market(await world.treasury())
    users = [await world.user("ada"), await world.user("bo")]
    for number in range(trades):
        await world.place(users[number % 2], market_id, Mint(POINT))
    return market_id, await world.queries.entries(market_id, 200)


@pytest.mark.parametrize("limit", [1, 3, 8, 9])
async def test_a_markets_trades_forwards_and_backwards(world: World, limit: int) -> None:
    market_id, entries = await busy(world)
    forwards = await all_of(lambda after: world.queries.trades_after(market_id, limit, after or 0), limit)
    backwards = await all_of(lambda before: world.queries.trades_before(market_id, limit, before), limit)
    assert [trade.entry for trade in forwards] == entries
    assert backwards == forwards[::-1]
    assert [trade.handle for trade in forwards[:3]] == ["treasury", "ada", "bo"]


async def test_trades_go_on_after_a_sequence_number(world: World) -> None:
    market_id, entries = await busy(world)
    page = await world.queries.trades_after(market_id, 200, after_seq=6)
    assert [trade.entry for trade in page.items] == entries[6:]
    assert (await world.queries.trades_after(market_id, 200, after_seq=8)).items == []
    assert (await world.queries.trades_after(MarketId(UUID(int=404)), 200)).items == []


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
async def test_a_users_trades_of_all_markets_newest_first(world: World, limit: int) -> None:
    treasury = await world.treasury()
    markets = [await world.market(treasury) for _ in range(3)]
    ada, bo = await world.user("ada"), await world.user("bo")
    placed = []
    for step in (0, 0, 1, 0, -1):  # several at one time, and once a clock that was set back
        world.clock.advance(timedelta(seconds=step))
        for market_id in markets:
            placed.append((await world.place(ada, market_id, Mint(POINT))).entry)
            await world.place(bo, market_id, Mint(POINT))
    read = await all_of(lambda before: world.queries.trades_of(ada, limit, before), limit)
    assert read == sorted(placed, key=lambda entry: (entry.executed_at, entry.market_id, entry.seq), reverse=True)


async def test_a_cursor_of_a_users_trades_is_the_last_ones_place(world: World) -> None:
    market_id, entries = await busy(world)
    ada = entries[1].user_id
    last = (await world.queries.trades_of(ada, 1)).items[0]
    assert (await world.queries.trades_of(ada, 1)).next == TradeCursor(last.executed_at, market_id, last.seq)
    assert (await world.queries.trades_of(UserId(market_id), 10)).items == []


async def test_a_trade_is_found_by_its_users_key(fair: Fair) -> None:
    world = fair.world
    order = world.order(fair.cy, fair.market, Buy(YES, POINT))
    placed = await world.desk.place(order)
    assert await world.queries.trade_by_key(fair.cy, order.key) == placed.entry
    for user, key in ((fair.bo, order.key), *((fair.cy, key) for key in ("another", "", "nul\0", "x" * 256))):
        with pytest.raises(NotFound) as refused:
            await world.queries.trade_by_key(user, key)
        assert refused.value.code == "TRADE_NOT_FOUND"


async def test_a_key_whose_order_was_refused_says_so(fair: Fair) -> None:
    order = Order(fair.poor, fair.market, "too much", Buy(YES, POINT))
    with pytest.raises(Conflict):
        await fair.world.desk.place(order)
    with pytest.raises(NotFound) as refused:
        await fair.world.queries.trade_by_key(fair.poor, "too much")
    assert (refused.value.code, refused.value.details) == ("TRADE_REFUSED", {"refusal": "INSUFFICIENT_POINTS"})


async def test_of_entries_made_together_the_orders_own_is_found(fair: Fair) -> None:
    order = fair.world.order(fair.ada, fair.market, RemoveLiquidity(POINT))
    placed = await fair.world.desk.place(order)
    entries = await fair.world.queries.entries(fair.market, 200)
    assert [entry.action for entry in entries if entry.key == order.key] == [Action.FEE_CLAIM, Action.REMOVE_LIQUIDITY]
    assert await fair.world.queries.trade_by_key(fair.ada, order.key) == placed.entry == entries[-1]
