"""Liquidity and fees: every µP of a fee reaches its provider or the vault, and nothing is stuck."""

from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, CloseOut, RemoveLiquidity, Sell
from tests.behaviour.world import World
from tests.support import discrepancies

YES, NO = Outcome.YES, Outcome.NO


async def test_fees_are_split_between_the_vault_and_the_providers(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.draft(treasury, fee_bps=1_000, lp_fee_bps=3_000)
    await world.approve(market_id, 1_000 * POINT)
    entry = (await world.place(await world.user("ada"), market_id, Buy(YES, 100 * POINT + 7))).entry
    assert (entry.fee, entry.vault_fee, entry.lp_fee) == (10_000_000, 7_000_000, 3_000_000)
    book = (await world.queries.market(market_id)).book
    assert (book.vault_fees, book.lp_fees.accrued) == (7_000_000, 3_000_000)


async def test_providers_earn_in_proportion_from_the_time_they_joined(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.market(treasury, points=1_000, fee_bps=1_000)
    ada, trader = await world.user("ada"), await world.user("trader")
    await world.place(trader, market_id, Buy(NO, 20 * POINT))
    supply = (await world.queries.market(market_id)).book.lp_supply
    minted = (await world.place(ada, market_id, AddLiquidity(500 * POINT))).entry.lp_after
    await world.place(trader, market_id, Buy(YES, 40 * POINT))
    # Half of the 10 % goes to the providers: 1 point before ada came, 2 points since.
    claimed = (await world.place(ada, market_id, ClaimFees())).entry
    assert (claimed.action, claimed.amount_out) == (Action.FEE_CLAIM, 2 * POINT * minted // (supply + minted))
    others = (await world.place(treasury, market_id, ClaimFees())).entry.amount_out
    assert 3 * POINT - 1 <= claimed.amount_out + others <= 3 * POINT
    assert discrepancies(await world.tables()) == []


async def test_the_last_provider_leaves_nothing_behind(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.market(treasury, points=777)
    users = [await world.user(name) for name in ("ada", "bo", "cy")]
    for number, user in enumerate(users, 1):
        await world.place(user, market_id, AddLiquidity(33 * POINT * number + 1))
        await world.place(user, market_id, Buy(YES if number % 2 else NO, 17 * POINT + number))
    for user in users:
        await world.place(user, market_id, Sell(YES, 1_000_003))
        await world.place(user, market_id, CloseOut())
    for provider in (*users, treasury):
        lines = (await world.queries.portfolio(provider)).lines
        await world.place(provider, market_id, RemoveLiquidity(lines[0].stake.shares))
    book = (await world.queries.market(market_id)).book
    assert (book.pool, book.lp_supply) == (None, 0)
    assert (book.lp_fees.accrued, book.lp_fees.remainder) == (0, 0)
    assert discrepancies(await world.tables()) == []


async def test_an_empty_pool_can_be_opened_again_at_another_probability(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.market(treasury)
    await world.place(treasury, market_id, RemoveLiquidity(1_000 * POINT))
    await world.place(await world.user("ada"), market_id, AddLiquidity(90 * POINT, 250_000))
    view = await world.queries.market(market_id)
    assert (view.probability, view.book.lp_supply) == (250_000, 90 * POINT)
    assert discrepancies(await world.tables()) == []


async def test_sweeping_pays_the_treasury_what_the_vault_took_in(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.market(treasury, fee_bps=1_000)
    await world.place(await world.user("ada"), market_id, Buy(YES, 200 * POINT))
    before = (await world.queries.portfolio(treasury)).balance
    assert await world.sweep(market_id) == 10 * POINT
    assert (await world.queries.portfolio(treasury)).balance == before + 10 * POINT
    last = (await world.queries.entries(market_id, 10))[-1]
    assert (last.action, last.amount_out, last.key) == (Action.VAULT_SWEEP, 10 * POINT, None)
    swept = await world.tables()
    assert await world.sweep(market_id) == 0
    assert await world.tables() == swept
    assert discrepancies(swept) == []
