"""What is read: a market, a portfolio, the ledger, and quotes that come true."""

from uuid import UUID

import pytest

from application.trading.queries import QuoteForm, quote
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome, Pool
from domain.trading.orders import AddLiquidity, Buy, BuyShares, Mint, Sell, SellFor
from tests.behaviour.world import World

YES, NO = Outcome.YES, Outcome.NO


async def test_what_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(NotFound) as refused:
        await world.queries.market(MarketId(UUID(int=404)))
    assert refused.value.code == "MARKET_NOT_FOUND"
    with pytest.raises(NotFound) as refused:
        await world.queries.portfolio(UserId(UUID(int=404)))
    assert refused.value.code == "USER_NOT_FOUND"
    assert await world.queries.entries(MarketId(UUID(int=404)), 10) == []


async def test_a_portfolio_shows_points_positions_and_stakes(world: World) -> None:
    treasury = await world.treasury()
    first, second = await world.market(treasury), await world.market(treasury)
    ada = await world.user("ada", points=1_000)
    await world.place(ada, second, AddLiquidity(100 * POINT))
    await world.place(ada, first, Mint(30 * POINT))
    portfolio = await world.queries.portfolio(ada)
    assert portfolio.balance == 870 * POINT
    assert [line.view.market.id for line in portfolio.lines] == [first, second]
    minted, provided = portfolio.lines
    assert (minted.position.yes, minted.position.no, minted.stake.shares) == (30 * POINT, 30 * POINT, 0)
    assert minted.worth == 30 * POINT
    assert provided.stake.shares == 100 * POINT
    assert provided.view == await world.queries.market(second)


async def test_the_ledger_is_paged_by_sequence(world: World) -> None:
    market_id = await world.market(await world.treasury())
    ada = await world.user("ada")
    placed = [(await world.place(ada, market_id, Mint(POINT))).entry for _ in range(4)]
    every = await world.queries.entries(market_id, 10)
    assert every[1:] == placed
    assert [entry.seq for entry in every] == [1, 2, 3, 4, 5]
    assert await world.queries.entries(market_id, 2, after_seq=2) == placed[1:3]
    assert await world.queries.entries(market_id, 2, after_seq=5) == []


async def test_a_quote_is_what_the_order_then_gets(world: World) -> None:
    market_id = await world.market(await world.treasury())
    ada = await world.user("ada")
    forms: list[QuoteForm] = [Buy(YES, 50 * POINT), BuyShares(NO, 9 * POINT), Sell(YES, 7 * POINT), SellFor(NO, POINT)]
    for form in forms:
        quoted = quote(await world.queries.market(market_id), form, world.clock.now())
        entry = (await world.place(ada, market_id, form)).entry
        assert quoted.before == Pool(entry.pool_yes_before, entry.pool_no_before)
        assert quoted.after == Pool(entry.pool_yes_after, entry.pool_no_after)
        moved = abs(entry.yes_after - entry.yes_before) + abs(entry.no_after - entry.no_before)
        assert (quoted.fill.amount, quoted.fill.shares) == (entry.amount_in + entry.amount_out, moved)
        assert quoted.fill.fee == entry.fee


async def test_a_quote_is_refused_where_the_order_would_be(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.draft(treasury)
    now, form = world.clock.now(), Buy(YES, POINT)
    with pytest.raises(Conflict, match="approved"):
        quote(await world.queries.market(market_id), form, now)
    await world.approve(market_id, POINT)
    await world.change.close(market_id)
    with pytest.raises(Conflict) as refused:
        quote(await world.queries.market(market_id), form, now)
    assert refused.value.code == "MARKET_CLOSED"
