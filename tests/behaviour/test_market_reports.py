"""A market's report, to the µP."""

import pytest

from application.reports.bounds import ReportBounds
from application.reports.course import Stretch
from application.reports.draw_up_market import SHORTEST
from application.reports.market_report import Holder, LedgerSums
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, Mint, RemoveLiquidity
from tests.behaviour.reporting import NO, YES, by_hand, market_report
from tests.behaviour.test_portfolios import merchant
from tests.behaviour.world import World


async def test_an_open_market_to_the_last_figure(world: World) -> None:
    scene = await by_hand(world)
    report = await market_report(world, scene.market)
    # fees of a tenth of 100, of 50 and of 45; the collateral is what was paid in, less what was paid out, less fees
    assert report.sums == LedgerSums(
        entries=4,
        trades=3,
        traders=2,
        volume=190_500_000,
        collateral=180 * POINT,
        vault_fees=9_750_000,
        lp_fees=9_750_000,
        swept=0,
        claimed=0,
        holders=0,
        to_holders=0,
        providers=0,
        to_providers=0,
        rest=0,
    )
    assert report.holders.items == [Holder("bo", 0, 135 * POINT, 108 * POINT)]
    assert (report.opening, report.probability) == (500_000, 200_000)
    trades = [(trade.seq, trade.at, trade.handle, trade.action, trade.outcome) for trade in report.trades.items]
    assert trades == [
        (4, scene.day(3), "ada", Action.SELL, YES),
        (3, scene.day(2), "bo", Action.BUY, NO),
        (2, scene.day(1), "ada", Action.BUY, YES),
    ]
    figures = [(trade.shares, trade.price, trade.fee, trade.amount, trade.probability) for trade in report.trades.items]
    assert figures == [
        (135 * POINT, 300_000, 4_500_000, 40_500_000, 200_000),
        (135 * POINT, 370_370, 5 * POINT, 50 * POINT, 500_000),
        (135 * POINT, 740_740, 10 * POINT, 100 * POINT, 800_000),
    ]
    assert report.made_at == scene.day(4)


async def test_the_price_over_its_life(world: World) -> None:
    scene = await by_hand(world)
    course = (await market_report(world, scene.market)).course
    assert course is not None
    assert (course.since, course.until, course.first) == (scene.day(0), scene.day(4), 500_000)
    assert [stretch.last for stretch in course.stretches] == [500_000, 800_000, 500_000, 200_000]
    width = (course.until - course.since) / 480
    for number, stretch in enumerate(course.stretches):
        assert scene.day(number) - 2 * width < stretch.start <= scene.day(number)


async def test_one_stretch_has_the_bounds_of_all_that_happened_in_it(world: World) -> None:
    scene = await by_hand(world)
    for outcome in (YES, NO, YES):
        await world.place(scene.bo, scene.market, Buy(outcome, 45 * POINT))
    world.clock.advance(scene.day(400) - world.clock.now())
    report = await market_report(world, scene.market)
    assert report.course is not None
    [*_, last] = report.course.stretches
    trades = [trade.probability for trade in report.trades.items[:3]]
    assert [last.low, last.high, last.last] == [min(trades), max(trades), trades[0]]  # type: ignore[type-var]
    assert last.low < last.last == last.high
    first = report.course.stretches[0]
    assert first == Stretch(scene.day(0), 500_000, 500_000, 500_000)


async def test_a_resolved_market(world: World) -> None:
    scene = await by_hand(world)
    await world.change.resolve(scene.market, NO)
    waiting = await market_report(world, scene.market)
    assert waiting.holders.items == [Holder("bo", 0, 135 * POINT, 135 * POINT)]
    await world.settle(scene.market)
    report = await market_report(world, scene.market)
    sums = report.sums
    assert report.facts.market.settled
    assert (sums.holders, sums.to_holders) == (1, 135 * POINT)
    assert (sums.providers, sums.to_providers, sums.rest) == (1, 45 * POINT, 0)
    assert (sums.claimed, sums.swept, sums.collateral) == (9_750_000, 9_750_000, 0)
    assert report.holders.items == [Holder("bo", 0, 135 * POINT, 135 * POINT)]
    assert (report.probability, report.sums.trades) == (200_000, 3)


async def test_a_cancelled_market(world: World) -> None:
    scene = await by_hand(world)
    await world.change.cancel(scene.market)
    await world.settle(scene.market)
    report = await market_report(world, scene.market)
    assert report.holders.items == [Holder("bo", 0, 135 * POINT, 50 * POINT)]
    assert (report.sums.to_holders, report.sums.to_providers) == (50 * POINT, 130 * POINT)
    assert report.sums.rest == 0


async def test_what_nobody_was_left_to_claim(world: World) -> None:
    """The provider takes 45 pairs for 45 points and keeps 135 YES, which count as 27 at 0.2; 135 points stay."""
    scene = await by_hand(world)
    await world.place(scene.treasury, scene.market, RemoveLiquidity(90 * POINT))
    await world.change.cancel(scene.market)
    await world.settle(scene.market)
    report = await market_report(world, scene.market)
    sums = report.sums
    assert (sums.holders, sums.to_holders, sums.providers, sums.to_providers) == (2, 77 * POINT, 0, 0)
    assert sums.rest == 58 * POINT
    assert report.holders.items == [
        Holder("treasury", 135 * POINT, 0, 27 * POINT),
        Holder("bo", 0, 135 * POINT, 50 * POINT),
    ]


async def test_a_market_that_is_being_paid_out(world: World) -> None:
    scene = await by_hand(world)
    await world.place(scene.ada, scene.market, Buy(NO, 10 * POINT))
    await world.change.resolve(scene.market, NO)
    await anext(world.settle_by(1).chunks(scene.market))
    report = await market_report(world, scene.market)
    assert (report.sums.holders, report.unpaid.number, len(report.holders.items)) == (1, 1, 1)


async def test_nobody_has_traded(world: World) -> None:
    market_id = await world.market(await world.treasury())
    report = await market_report(world, market_id)
    assert (report.sums.trades, report.sums.volume, report.trades.items) == (0, 0, [])
    assert report.course is not None
    assert (report.course.until - report.course.since, report.probability) == (SHORTEST, 600_000)


async def test_a_draft_has_no_price(world: World) -> None:
    market_id = await world.draft(await world.treasury())
    report = await market_report(world, market_id)
    assert (report.course, report.probability, report.opening, report.sums.entries) == (None, None, None, 0)


async def test_the_last_trades_and_the_largest_holders(world: World) -> None:
    scene = await by_hand(world)
    for number in range(7):
        holder = await world.user(f"holder {number}")
        await world.place(holder, scene.market, Mint((number + 1) * POINT))
    report = await market_report(world, scene.market, ReportBounds(trades=2, holders=3))
    assert [trade.seq for trade in report.trades.items] == [4, 3]
    assert (report.trades.number, report.trades.whole) == (3, False)
    assert [holder.handle for holder in report.holders.items] == ["bo", "holder 6", "holder 5"]
    assert (report.holders.number, report.holders.whole) == (8, False)


async def test_markets_of_every_kind_add_up(world: World) -> None:
    _, markets = await merchant(world)
    for settled in (markets[2], markets[4]):
        await world.settle(settled)
    await world.place(await world.user("late", 500), markets[0], AddLiquidity(5 * POINT))
    for market_id in markets:
        report = await market_report(world, market_id)
        assert report.sums.entries == report.facts.book.seq > 0


async def test_a_market_that_is_not(world: World) -> None:
    with pytest.raises(NotFound) as refused:
        await market_report(world, MarketId(world.ids.new()))
    assert refused.value.code == "MARKET_NOT_FOUND"
