"""Portfolios: pages of lines, totals over all of them, and what everything is worth, against the domain."""

from itertools import count

import pytest

from application.shared.pages import Page
from application.trading.reading.portfolios import Held, Portfolio, PortfolioLine
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, CloseOut, Mint, RemoveLiquidity, Sell
from tests.behaviour.paging import all_of
from tests.behaviour.world import World
from tests.fakes.queries import totals_of

YES, NO = Outcome.YES, Outcome.NO


async def granted(world: World, user_id: UserId) -> int:
    return sum(row["amount"] for row in (await world.tables())["point_grants"] if row["user_id"] == user_id)


async def leave(world: World, user_id: UserId, market_id: MarketId) -> None:
    """Take out all the liquidity that the user provides to a market."""
    lines = (await world.queries.lines(user_id, 200, held=Held.LIQUIDITY)).items
    for line in lines:
        if line.view.market.id == market_id:
            await world.place(user_id, market_id, RemoveLiquidity(line.stake.shares))


async def merchant(world: World) -> tuple[UserId, list[MarketId]]:
    """A user who bought, sold, provided and left, in markets that are open, paused, resolved, cancelled and empty."""
    treasury = await world.treasury()
    ada, bo = await world.user("ada", 10_000), await world.user("bo", 10_000)
    markets = [await world.market(treasury, points=100 + 7 * number) for number in range(8)]
    for number, market_id in zip(count(1), markets, strict=False):
        await world.place(ada, market_id, Buy(YES if number % 2 else NO, number * POINT + number))
        await world.place(ada, market_id, Mint(number * POINT // 3))
        if number % 3:
            await world.place(ada, market_id, AddLiquidity(number * 11 * POINT))
        await world.place(bo, market_id, Buy(NO if number % 2 else YES, 9 * POINT + number))
    bought, paused, resolved, lost, cancelled, left, sold, only_provides = markets
    await world.place(ada, bought, Sell(YES, POINT // 2))
    await world.change.pause(paused)
    await world.change.resolve(resolved, YES)
    await world.change.resolve(lost, YES)
    await world.change.cancel(cancelled)
    for user in (treasury, ada):
        await leave(world, user, left)
    await world.place(ada, sold, CloseOut())
    await world.place(ada, only_provides, CloseOut())
    return ada, markets


@pytest.mark.parametrize("limit", [1, 3, 8, 200])
async def test_every_line_comes_once_and_totals_are_over_all(world: World, limit: int) -> None:
    ada, markets = await merchant(world)
    pages: list[Portfolio] = []

    async def read(after: MarketId | None) -> Page[PortfolioLine, MarketId]:
        pages.append(await world.queries.portfolio(ada, limit, after))
        return pages[-1].page

    lines = await all_of(read, limit)
    assert [line.view.market.id for line in lines] == markets
    assert lines == await all_of(lambda after: world.queries.lines(ada, limit, after), limit)
    for page in pages:
        assert page.totals == totals_of(lines)
        assert page.balance == pages[0].balance


async def test_equity_is_grants_and_profit(world: World) -> None:
    ada, _ = await merchant(world)
    portfolio = await world.queries.portfolio(ada)
    totals = portfolio.totals
    assert portfolio.equity == await granted(world, ada) + totals.realised + portfolio.unrealised
    assert portfolio.equity == portfolio.balance + totals.worth + totals.stake_worth + totals.claimable
    assert min(totals.worth, totals.stake_worth, totals.claimable, totals.basis, totals.stake_basis) > 0


async def test_which_markets_a_user_holds_something_in(world: World) -> None:
    ada, markets = await merchant(world)
    *others, sold, provides = markets
    await leave(world, ada, sold)
    await world.place(ada, sold, CloseOut())
    found = {}
    for held in Held:
        lines = await all_of(lambda after, held=held: world.queries.lines(ada, 2, after, held), 2)  # type: ignore[misc]
        found[held] = [line.view.market.id for line in lines]
    provided = [market_id for number, market_id in enumerate(markets, 1) if number % 3 and number not in (6, 7)]
    assert found[Held.EVER] == markets
    assert found[Held.LIQUIDITY] == provided
    assert found[Held.NOW] == [*others, provides]


async def test_closing_out_brings_what_the_portfolio_said(world: World) -> None:
    ada, markets = await merchant(world)
    bought, paused, resolved, lost, cancelled, _, *closed = markets
    lines = {line.view.market.id: line for line in (await world.queries.portfolio(ada)).lines}
    now = world.clock.now()
    assert [lines[market_id].closing_worth(ada, now) for market_id in (paused, resolved, lost, cancelled)] == [None] * 4
    assert [lines[market_id].closing_worth(ada, now) for market_id in closed] == [0, 0]
    said = lines[bought].closing_worth(ada, now)
    entry = (await world.place(ada, bought, CloseOut())).entry
    assert (entry.action, entry.amount_out) == (Action.NET_SELL, said)
    assert said is not None
    assert 0 < said < lines[bought].worth
    assert lines[bought].closing_worth(ada, lines[bought].view.market.closes_at) is None


async def test_a_resolved_market_pays_what_it_was_worth(world: World) -> None:
    treasury = await world.treasury()
    market_id, ada = await world.market(treasury), await world.user("ada")
    await world.place(ada, market_id, Buy(YES, 90 * POINT + 1))
    await world.place(ada, market_id, Mint(5 * POINT))
    await world.change.resolve(market_id, YES)
    worth = {}
    for user in (treasury, ada):
        before = await world.queries.portfolio(user)
        worth[user] = before.equity
    assert (await world.queries.portfolio(ada)).lines[0].worth > 95 * POINT
    vault = (await world.queries.market(market_id)).book.vault_fees
    await world.settle(market_id)
    for user, paid in worth.items():
        after = await world.queries.portfolio(user)
        assert after.balance == after.equity == paid + (vault if user == treasury else 0)
        assert after.unrealised == 0


async def test_a_cancelled_market_returns_what_it_cost(world: World) -> None:
    market_id, ada = await world.market(await world.treasury()), await world.user("ada")
    await world.place(ada, market_id, Buy(YES, 90 * POINT + 1))
    await world.change.cancel(market_id)
    (line,) = (await world.queries.portfolio(ada)).lines
    assert (line.worth, line.unrealised) == (90 * POINT + 1, 0)


async def test_fees_that_a_provider_sees_are_those_he_can_claim(world: World) -> None:
    market_id, ada = await world.market(await world.treasury()), await world.user("ada")
    await world.place(ada, market_id, AddLiquidity(333 * POINT))
    await world.place(ada, market_id, Buy(YES, 90 * POINT + 1))
    portfolio = await world.queries.portfolio(ada)
    claimed = (await world.place(ada, market_id, ClaimFees())).entry
    assert portfolio.totals.claimable == portfolio.lines[0].claimable == claimed.amount_out > 0


async def test_who_has_never_traded_has_points_alone(world: World) -> None:
    ada = await world.user("ada", 50)
    portfolio = await world.queries.portfolio(ada)
    assert (portfolio.balance, portfolio.equity, portfolio.unrealised) == (50 * POINT,) * 2 + (0,)
    assert (portfolio.lines, portfolio.page.next) == ([], None)
    assert portfolio.totals == totals_of([])
