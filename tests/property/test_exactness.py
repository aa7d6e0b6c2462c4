"""At reserves of 10^17 every single unit counts, and a float has lost count."""

from hypothesis import given

from domain.trading.cpmm import Outcome, Pool
from tests.property import float_maker
from tests.property.pricing_checks import (
    REAL,
    a_buy_gives_the_most_shares,
    buy_shares_costs_the_least,
    sell_agrees_with_sell_for,
    sell_brings_the_most,
)
from tests.property.strategies import Deal, deals, large_pools

HUGE = Pool(10**17, 3 * 10**17)


@given(deals(large_pools))
def test_large_pools_are_priced_to_the_unit(deal: Deal) -> None:
    a_buy_gives_the_most_shares(REAL, deal)
    buy_shares_costs_the_least(REAL, deal)
    sell_brings_the_most(REAL, deal)


@given(deals(large_pools))
def test_large_sales_are_priced_to_the_unit(deal: Deal) -> None:
    sell_agrees_with_sell_for(REAL, deal)


def test_a_single_unit_counts() -> None:
    # 10^17 · 3·10^17 / (3·10^17 + 1) = 10^17 - 0.33…, rounded up: the buyer gets his set's YES and nothing more.
    assert REAL.buy(HUGE, Outcome.YES, 1, 0)[1].shares == 1
    # For 3 µP it is 10^17 - 0.99…9997: still rounded up. For 4 µP, 10^17 - 1.33…: one share from the pool.
    assert REAL.buy(HUGE, Outcome.YES, 3, 0)[1].shares == 3
    assert REAL.buy(HUGE, Outcome.YES, 4, 0)[1].shares == 5


def test_floats_would_give_another_answer() -> None:
    for amount in (1, 3, 4, 999_999_999):
        assert float_maker.buy(HUGE, Outcome.YES, amount, 0) != REAL.buy(HUGE, Outcome.YES, amount, 0)
    for shares in (7, 1_000_001, 10**15 + 1):
        assert float_maker.sell(HUGE, Outcome.YES, shares, 0) != REAL.sell(HUGE, Outcome.YES, shares, 0)


def test_floats_would_do_for_small_pools() -> None:
    """So it is the size alone that they fail at, and the comparison above is fair."""
    for pool, amount in ((Pool(4, 9), 3), (Pool(1_000_003, 2_000_001), 12_345), (Pool(7, 11), 5)):
        assert float_maker.buy(pool, Outcome.YES, amount, 0) == REAL.buy(pool, Outcome.YES, amount, 0)
        assert float_maker.sell(pool, Outcome.YES, amount, 0) == REAL.sell(pool, Outcome.YES, amount, 0)
