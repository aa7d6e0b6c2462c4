"""A user's statement, to the µP."""

from datetime import timedelta
from itertools import pairwise

import pytest

from application.reports.bounds import ReportBounds
from application.reports.request import Period
from application.reports.user_statement import Flow, Standing, StatementLine
from domain.accounts.user import GrantReason
from domain.shared.errors import Invalid
from domain.shared.money import POINT
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, Mint, RemoveLiquidity
from tests.behaviour.reporting import DAY, NO, YES, by_hand, statement
from tests.behaviour.test_portfolios import merchant
from tests.behaviour.world import World


async def test_a_period_to_the_last_figure(world: World) -> None:
    """From the day after the opening to the third day after it: ada's purchase, and not yet her sale."""
    scene = await by_hand(world)
    found = await statement(world, scene.ada, scene.day(1), scene.day(3))
    assert found.opening == Standing(1_000 * POINT, 1_000 * POINT, 0, 0)
    assert found.closing == Standing(900 * POINT, 1_000 * POINT, 0, 100 * POINT)
    assert found.flow == Flow(0, 100 * POINT, 0, 10 * POINT)
    bought = StatementLine(
        *(scene.day(1), scene.market, Action.BUY, YES, 135 * POINT, 740_740, 10 * POINT, -100 * POINT, 900 * POINT)
    )
    assert found.lines.items == [bought]
    (result,) = found.results.items
    assert (result.title, result.lines, result.flow, result.realised) == ("Will it rain?", 1, found.flow, 0)
    # bo had bought by then, so that the price was a half
    (position,) = found.positions.items
    assert (position.yes, position.no, position.lp_shares) == (135 * POINT, 0, 0)
    assert (position.probability, position.basis, position.worth) == (500_000, 100 * POINT, 67_500_000)
    assert (found.value, found.unrealised, found.account_value) == (67_500_000, -32_500_000, 967_500_000)


async def test_the_next_period_begins_where_it_ended(world: World) -> None:
    scene = await by_hand(world)
    found = await statement(world, scene.ada, scene.day(3), scene.day(4))
    assert found.opening == Standing(900 * POINT, 1_000 * POINT, 0, 100 * POINT)
    assert found.closing == Standing(940_500_000, 1_000 * POINT, -59_500_000, 0)
    sold = StatementLine(
        *(scene.day(3), scene.market, Action.SELL, YES, -135 * POINT, 300_000, 4_500_000, 40_500_000, 940_500_000)
    )
    assert found.lines.items == [sold]
    assert (found.results.items[0].realised, found.positions.items, found.value) == (-59_500_000, [], 0)


async def test_grants_are_movements(world: World) -> None:
    scene = await by_hand(world)
    await world.grant(scene.ada, 7, GrantReason.REGISTRATION_BONUS, "late")
    world.clock.advance(DAY)
    found = await statement(world, scene.ada, scene.day(-1), world.clock.now())
    assert [(line.what, line.amount, line.balance) for line in found.lines.items] == [
        (GrantReason.ADMIN_GRANT, 1_000 * POINT, 1_000 * POINT),
        (Action.BUY, -100 * POINT, 900 * POINT),
        (Action.SELL, 40_500_000, 940_500_000),
        (GrantReason.REGISTRATION_BONUS, 7, 940_500_007),
    ]
    assert (found.opening.balance, found.flow.granted) == (0, 1_000 * POINT + 7)


async def test_nothing_moved(world: World) -> None:
    scene = await by_hand(world)
    found = await statement(world, scene.bo, scene.day(3), scene.day(4))
    assert (found.lines.items, found.results.items, found.flow) == ([], [], Flow())
    assert found.opening == found.closing
    assert (found.course.first, found.course.stretches) == (950 * POINT, [])
    # what he holds is worth as much as the last trade says, which was not his
    assert [(each.probability, each.worth) for each in found.positions.items] == [(200_000, 108 * POINT)]


async def test_before_he_was_there(world: World) -> None:
    scene = await by_hand(world)
    found = await statement(world, scene.ada, scene.day(-400), scene.day(-300))
    assert found.opening == found.closing == Standing(0, 0, 0, 0)
    assert found.account_value == 0


async def test_the_balance_over_time(world: World) -> None:
    scene = await by_hand(world)
    course = (await statement(world, scene.ada, scene.day(0), scene.day(4))).course
    assert (course.since, course.until, course.first) == (scene.day(0), scene.day(4), 1_000 * POINT)
    assert [each.last for each in course.stretches] == [900 * POINT, 940_500_000]


async def test_after_the_payout(world: World) -> None:
    scene = await by_hand(world)
    await world.change.resolve(scene.market, NO)
    await world.settle(scene.market)
    world.clock.advance(DAY)
    found = await statement(world, scene.bo, scene.day(0), world.clock.now())
    assert [(line.what, line.shares, line.amount) for line in found.lines.items] == [
        (Action.BUY, 135 * POINT, -50 * POINT),
        (Action.PAYOUT, -135 * POINT, 135 * POINT),
    ]
    assert (found.realised, found.positions.items, found.closing.balance) == (85 * POINT, [], 1_085 * POINT)
    # until just before the payout the market had not ended, whatever is known of it now
    before = await statement(world, scene.bo, scene.day(0), scene.day(4))
    assert [(each.probability, each.worth) for each in before.positions.items] == [(200_000, 108 * POINT)]


async def test_what_is_resolved_and_not_yet_paid_is_worth_what_it_pays(world: World) -> None:
    scene = await by_hand(world)
    await world.change.resolve(scene.market, NO)
    found = await statement(world, scene.bo, scene.day(0), scene.day(4))
    assert found.value == 135 * POINT


async def test_liquidity(world: World) -> None:
    scene = await by_hand(world)
    await world.place(scene.bo, scene.market, AddLiquidity(20 * POINT))
    world.clock.advance(DAY)
    provided = world.clock.now()
    await world.place(scene.ada, scene.market, Buy(NO, 100 * POINT))
    await world.place(scene.bo, scene.market, ClaimFees())
    await world.place(scene.bo, scene.market, RemoveLiquidity(4 * POINT))
    world.clock.advance(DAY)
    now = world.clock.now()
    before = await statement(world, scene.bo, scene.day(4), provided)
    # a ninth of the reserves 180 and 45 for 20 points: the LP shares are 20·90/180 = 10 of 100
    (held,) = before.positions.items
    assert (held.lp_shares, held.lp_worth) == (10 * POINT, 8 * POINT)
    assert held.no == 135 * POINT + 15 * POINT
    after = await statement(world, scene.bo, provided, now)
    portfolio = await world.queries.portfolio(scene.bo)
    assert [line.what for line in after.lines.items] == [Action.FEE_CLAIM, Action.REMOVE_LIQUIDITY]
    assert [line.shares for line in after.lines.items] == [0, -4 * POINT]
    assert (after.closing.balance, after.closing.realised) == (portfolio.balance, portfolio.totals.realised)
    assert after.value == portfolio.totals.worth + portfolio.totals.stake_worth


async def test_a_statement_up_to_now_says_what_the_portfolio_says(world: World) -> None:
    ada, markets = await merchant(world)
    world.clock.advance(DAY)
    found = await statement(world, ada, world.clock.now() - 100 * DAY, world.clock.now())
    portfolio = await world.queries.portfolio(ada)
    totals = portfolio.totals
    assert found.closing.balance == portfolio.balance
    assert (found.realised, found.closing.basis) == (totals.realised, totals.basis + totals.stake_basis)
    assert found.value == totals.worth + totals.stake_worth
    assert {result.market.id for result in found.results.items} == set(markets)
    worths = {line.view.market.id: (line.worth, line.stake_worth) for line in portfolio.lines}
    assert {each.market.id: (each.worth, each.lp_worth) for each in found.positions.items}.items() <= worths.items()


async def test_statements_of_following_periods_join(world: World) -> None:
    ada, markets = await merchant(world)
    (market_id, *_), start = markets, world.clock.now()
    for number in range(1, 4):
        world.clock.advance(timedelta(hours=1))
        await world.place(ada, market_id, Buy(NO, number * POINT))
    world.clock.advance(DAY)
    edges = [start - DAY, start, start + timedelta(hours=2), start + timedelta(hours=3), world.clock.now()]
    found = [await statement(world, ada, *period) for period in pairwise(edges)]
    assert all(one.closing == following.opening for one, following in pairwise(found))
    assert [each.lines.number for each in found[1:]] == [found[1].lines.number, 1, 1]
    whole = await statement(world, ada, edges[0], edges[-1])
    assert sum((each.flow for each in found), Flow()) == whole.flow


async def test_rows_beyond_the_bound_are_counted_and_summed(world: World) -> None:
    ada, _ = await merchant(world)
    world.clock.advance(DAY)
    whole = await statement(world, ada, world.clock.now() - 9 * DAY, world.clock.now())
    cut = await statement(world, ada, world.clock.now() - 9 * DAY, world.clock.now(), ReportBounds(rows=3))
    for name in ("lines", "results", "positions"):
        every, some = getattr(whole, name), getattr(cut, name)
        assert (some.items, some.number, some.whole) == (every.items[:3], every.number, False)
    assert (cut.flow, cut.closing, cut.value, cut.course) == (whole.flow, whole.closing, whole.value, whole.course)


async def test_a_clock_that_was_behind(world: World) -> None:
    """Two processes, one of them a minute behind: the second entry is dated before the first."""
    scene = await by_hand(world)
    await world.place(scene.bo, scene.market, Mint(POINT))
    world.clock.advance(-timedelta(minutes=1))
    await world.place(scene.bo, scene.market, Mint(2 * POINT))
    world.clock.advance(DAY)
    found = await statement(world, scene.bo, scene.day(4), world.clock.now())
    assert [(line.at, line.amount) for line in found.lines.items] == [
        (scene.day(4), -POINT),
        (scene.day(4), -2 * POINT),
    ]


async def test_the_future_is_not_stated(world: World) -> None:
    scene = await by_hand(world)
    found = await statement(world, scene.ada, scene.day(1), scene.day(400))
    assert found.period == Period(scene.day(1), scene.day(4))
    with pytest.raises(Invalid) as refused:
        await statement(world, scene.ada, scene.day(4), scene.day(5))
    assert refused.value.code == "PERIOD"
