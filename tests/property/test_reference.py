"""To the micro-unit, the amounts of the published reference: the Gnosis FixedProductMarketMaker contract."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.trading.cpmm import Pool
from domain.trading.liquidity import MAX_PROBABILITY, MIN_PROBABILITY, Stake, add_liquidity, open_pool
from domain.trading.liquidity import remove_liquidity as remove
from domain.trading.orders import AddLiquidity, Buy, RemoveLiquidity
from tests.property import gnosis
from tests.property.pricing_checks import REAL, buys_as_the_reference, sells_as_the_reference
from tests.property.strategies import Deal, any_fees, deals, every_pool, sizes
from tests.unit.domain.exchange import ALICE, BOB, MARKET, an_exchange
from tests.unit.domain.test_prices import YES


def test_the_reference_itself_by_hand() -> None:
    # 4 · 9 / (9 + 3) = 3, so 4 + 3 - 3 tokens; and back: 3 · 12 / (12 - 3) = 4, so 3 + 4 - 3.
    assert gnosis.calc_buy_amount([4, 9], 0, 3, 0) == 4
    assert gnosis.calc_sell_amount([3, 12], 0, 3, 0) == 4
    # Three outcomes: 6 · 4/5 · 9/10 = 4.32 → 5, so 6 + 1 - 5.
    assert gnosis.calc_buy_amount([6, 4, 9], 0, 1, 0) == 2
    assert gnosis.add_funding([20, 30], 7, 10, []) == ([6, 10], 2)
    assert gnosis.remove_funding([20, 30], 7, 2) == [5, 8]


@given(deals(every_pool, any_fees))
def test_buys(deal: Deal) -> None:
    buys_as_the_reference(REAL.buy, deal)


@given(deals(every_pool, any_fees))
def test_sales(deal: Deal) -> None:
    sells_as_the_reference(REAL.sell_for, deal)


@given(sizes(10**17), st.integers(MIN_PROBABILITY, MAX_PROBABILITY))
def test_opening(amount: int, probability: int) -> None:
    """The reference takes the weights of the outcomes, which are the probabilities of the opposite ones."""
    kept, minted = gnosis.add_funding([0, 0], 0, amount, [1_000_000 - probability, probability])
    assume(min(kept) > 0)
    assert open_pool(amount, probability) == Pool(*kept)
    assert minted == amount


@given(every_pool, sizes(10**17), sizes(10**17))
def test_adding(pool: Pool, supply: int, amount: int) -> None:
    kept, minted = gnosis.add_funding([pool.yes, pool.no], supply, amount, [])
    assume(0 < minted <= 10**17)
    assert add_liquidity(pool, supply, amount) == (Pool(pool.yes + kept[0], pool.no + kept[1]), minted)


@given(every_pool, st.integers(1, 10**17), st.data())
def test_removing(pool: Pool, supply: int, data: st.DataObject) -> None:
    burnt = data.draw(st.integers(1, supply))
    assert list(remove(pool, supply, burnt)) == gnosis.remove_funding([pool.yes, pool.no], supply, burnt)


def test_where_the_reference_locks_a_provider_out_he_leaves_whole() -> None:
    """Its issue 49, at its smallest: 2 and 2 shares, a fee of 2, and the later provider leaves in two steps.

    He has 1 of the fee after the first step, is recorded with 2 withdrawn of a total of 5 · 1 / 3, and is stuck.
    """
    accounts = gnosis.FeeAccounts()
    accounts.mint("Alice", 2)
    accounts.mint("Bob", 2)
    accounts.collect(2)
    assert accounts.burn("Bob", 1) == 1
    with pytest.raises(gnosis.Underflow):
        accounts.burn("Bob", 1)

    exchange = an_exchange(fee_bps=1_000, lp_fee_bps=10_000)
    exchange.place(ALICE, AddLiquidity(2, 500_000))
    exchange.place(BOB, AddLiquidity(2))
    assert exchange.place(BOB, Buy(YES, 20)).entry.lp_fee == 2
    paid = [entry.amount_out for _ in range(2) for entry in exchange.place(BOB, RemoveLiquidity(1)).entries[:-1]]
    paid += [exchange.place(ALICE, RemoveLiquidity(2)).entries[0].amount_out]
    assert paid == [1, 1]
    assert exchange.stakes[MARKET, BOB] == exchange.stakes[MARKET, ALICE] == Stake()
    fees = exchange.books[MARKET].lp_fees
    assert (fees.accrued, fees.remainder) == (0, 0)
