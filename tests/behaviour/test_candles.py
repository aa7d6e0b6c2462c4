"""Candles against the ledger, recomputed by other means."""

import contextlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from application.shared.pages import MAX_PAGE
from application.trading.reading.candles import CLOCK_STEP, Candle, CandleWindow, Interval
from domain.shared.errors import PresageError
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    RemoveLiquidity,
    Sell,
)
from tests.behaviour.world import World
from tests.fakes.world import START

YES, NO = Outcome.YES, Outcome.NO
SECONDS = {"1m": 60, "5m": 300, "1h": 3600, "1d": 86400}


def naive(entries: Iterable[LedgerEntry], window: CandleWindow) -> list[Candle]:
    """Candles by the definition, entry by entry."""
    length = SECONDS[window.interval]
    found = defaultdict[int, list[LedgerEntry]](list)
    for entry in entries:
        if entry.action in ("BUY", "SELL", "NET_SELL") and entry.pool_yes_after:
            found[int(entry.executed_at.timestamp()) // length * length].append(entry)
    candles = []
    for start, trades in sorted(found.items()):
        if not window.since.timestamp() <= start < window.until.timestamp():
            continue
        path = [price(trades[0].pool_yes_before, trades[0].pool_no_before)]
        for entry in trades:
            path += [
                price(entry.pool_yes_before, entry.pool_no_before),
                price(entry.pool_yes_after, entry.pool_no_after),
            ]
        volume = sum(entry.amount_in or entry.amount_out for entry in trades)
        at = datetime.fromtimestamp(start, UTC)
        candles.append(Candle(at, path[0], max(path), min(path), path[-1], volume, len(trades)))
    return candles


def price(yes: int, no: int) -> int:
    return 1_000_000 * no // (yes + no)


async def trade_at_random(world: World, market_id: MarketId, user_id: UserId, random: Random, trades: int) -> None:
    """Orders of every kind at odd times, some refused, with clocks that differ by less than a step."""
    for _ in range(trades):
        world.clock.advance(timedelta(seconds=random.choice([0, 0, 1, 7, 59, 61, 900, 20_000]), microseconds=1))
        behind = random.choice([0.0, 0.0, 0.5, 1.0]) * (CLOCK_STEP - timedelta(microseconds=1))
        amount = random.randrange(1, 40) * POINT
        orders: list[Instruction] = [Buy(YES, amount), Buy(NO, amount), Sell(YES, amount), Mint(amount), Merge(amount)]
        orders += [CloseOut(), AddLiquidity(amount), RemoveLiquidity(amount)]
        true_time = world.clock.time
        world.clock.time -= behind
        with contextlib.suppress(PresageError):
            await world.place(user_id, market_id, random.choice(orders))
        world.clock.time = true_time


@pytest.mark.parametrize("seed", [1, 2])
async def test_candles_are_what_the_ledger_says(world: World, seed: int) -> None:
    random = Random(seed)
    treasury = await world.treasury()
    market_id, other = await world.market(treasury), await world.market(treasury)
    ada = await world.user("ada")
    await trade_at_random(world, market_id, ada, random, 120)
    await trade_at_random(world, other, ada, random, 5)
    entries = await world.queries.entries(market_id, MAX_PAGE)
    times = [entry.executed_at for entry in entries]
    assert times != sorted(times)
    for interval in Interval:
        for _ in range(12):
            since = START + random.random() * (times[-1] - START)
            window = CandleWindow.around(interval, since, since + random.choice([1, 7, 90, 900]) * interval.length)
            assert await world.queries.candles(market_id, window) == naive(entries, window)
    everything = CandleWindow.around(Interval.HOUR, START, times[-1] + timedelta(seconds=1))
    candles = await world.queries.candles(market_id, everything)
    assert candles == naive(entries, everything)
    assert sum(candle.trades for candle in candles) == sum(
        entry.action in ("BUY", "SELL", "NET_SELL") for entry in entries
    )


async def test_an_open_is_the_close_before(world: World) -> None:
    market_id, ada = await world.market(await world.treasury()), await world.user("ada")
    for outcome in (YES, NO, YES, YES):
        world.clock.advance(timedelta(minutes=1))
        await world.place(ada, market_id, Buy(outcome, 20 * POINT))
        await world.place(ada, market_id, Buy(outcome, 5 * POINT))
    window = CandleWindow.around(Interval.MINUTE, START, START + timedelta(minutes=9))
    first, *others = await world.queries.candles(market_id, window)
    assert first.start == START + timedelta(minutes=1)
    assert first.open == 600_000  # where the market was opened
    assert (first.volume, first.trades) == (25 * POINT, 2)
    for before, after in zip([first, *others], others, strict=False):
        assert after.open == before.close
        assert after.start == before.start + timedelta(minutes=1)


async def test_a_bucket_begins_at_its_start_and_ends_before_the_next(world: World) -> None:
    market_id, ada = await world.market(await world.treasury()), await world.user("ada")
    tick = timedelta(microseconds=1)
    for at in (START, START + timedelta(hours=1) - tick, START + timedelta(hours=1)):
        world.clock.time = at
        await world.place(ada, market_id, Buy(YES, POINT))
    window = CandleWindow.around(Interval.HOUR, START, START + timedelta(hours=2))
    assert [candle.trades for candle in await world.queries.candles(market_id, window)] == [2, 1]
    first = CandleWindow.around(Interval.HOUR, START, START + tick)
    assert [candle.trades for candle in await world.queries.candles(market_id, first)] == [2]


async def test_times_without_trades_have_no_candles(world: World) -> None:
    market_id, ada = await world.market(await world.treasury()), await world.user("ada")
    await world.place(ada, market_id, Mint(9 * POINT))
    await world.place(ada, market_id, Merge(4 * POINT))
    await world.place(ada, market_id, AddLiquidity(9 * POINT))
    window = CandleWindow.around(Interval.DAY, START, START + timedelta(days=9))
    assert await world.queries.candles(market_id, window) == []
    assert await world.queries.candles(MarketId(UUID(int=404)), window) == []
    before = CandleWindow.around(Interval.DAY, START - timedelta(days=9), START - timedelta(days=8))
    assert await world.queries.candles(market_id, before) == []


async def test_a_close_out_without_a_pool_is_no_price(world: World) -> None:
    treasury = await world.treasury()
    market_id, ada = await world.market(treasury), await world.user("ada")
    await world.place(ada, market_id, Mint(9 * POINT))
    await world.place(treasury, market_id, RemoveLiquidity(1_000 * POINT))
    closed = await world.place(ada, market_id, CloseOut())
    assert (closed.entry.action, closed.entry.pool_yes_after) == (Action.NET_SELL, 0)
    window = CandleWindow.around(Interval.HOUR, START, START + timedelta(hours=1))
    assert await world.queries.candles(market_id, window) == []


async def test_a_price_may_jump_where_the_pool_was_opened_again(world: World) -> None:
    treasury = await world.treasury()
    market_id, ada = await world.market(treasury), await world.user("ada")
    await world.place(ada, market_id, Buy(YES, POINT))
    await world.place(treasury, market_id, RemoveLiquidity(1_000 * POINT))
    await world.place(treasury, market_id, AddLiquidity(500 * POINT, 200_000))
    world.clock.advance(timedelta(minutes=1))
    await world.place(ada, market_id, Buy(YES, POINT))
    window = CandleWindow.around(Interval.MINUTE, START, START + timedelta(minutes=2))
    before, after = await world.queries.candles(market_id, window)
    assert before.close > 600_000
    assert after.open == 200_000


async def test_prices_of_the_largest_pools_are_exact(world: World) -> None:
    market_id = await world.market(await world.treasury(10**11), points=10**11)
    ada = await world.user("ada", 10**10)
    for outcome in (YES, NO, YES):
        await world.place(ada, market_id, Buy(outcome, 10**9 * POINT + 7))
    entries = await world.queries.entries(market_id, MAX_PAGE)
    assert min(entry.pool_no_after for entry in entries) * 1_000_000 > 2**63
    window = CandleWindow.around(Interval.DAY, START, START + timedelta(days=1))
    assert await world.queries.candles(market_id, window) == naive(entries, window)
