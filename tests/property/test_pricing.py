"""The market maker keeps its promises, at every size of pool and trade."""

from itertools import product

import pytest
from hypothesis import assume, given

from domain.trading.cpmm import Outcome, Pool
from tests.property import gnosis, pricing_checks
from tests.property import sequence_checks as sequences
from tests.property.pricing_checks import REAL
from tests.property.strategies import (
    TRADES,
    Deal,
    Step,
    any_fees,
    deals,
    every_pool,
    market_fees,
    outcomes,
    parts,
    pools,
    steps,
)


@pytest.mark.parametrize("name", TRADES)
@given(deal=deals(every_pool))
def test_k_never_falls(name: str, deal: Deal) -> None:
    pricing_checks.k_never_falls(getattr(REAL, name), deal)


@pytest.mark.parametrize("name", ["buy", "buy_shares"])
@given(deal=deals(every_pool))
def test_a_buy_moves_what_it_says(name: str, deal: Deal) -> None:
    pricing_checks.a_buy_moves_what_it_says(getattr(REAL, name), deal)


@pytest.mark.parametrize("name", ["sell", "sell_for"])
@given(deal=deals(every_pool))
def test_a_sale_moves_what_it_says(name: str, deal: Deal) -> None:
    pricing_checks.a_sale_moves_what_it_says(getattr(REAL, name), deal)


@pytest.mark.parametrize(
    "check",
    [
        pricing_checks.a_buy_gives_the_most_shares,
        pricing_checks.buy_shares_costs_the_least,
        pricing_checks.sell_brings_the_most,
        pricing_checks.sell_agrees_with_sell_for,
    ],
)
@given(deal=deals(every_pool))
def test_the_price_is_the_best_there_is(check: pricing_checks.Check, deal: Deal) -> None:
    check(REAL, deal)


@given(deals(pools(10**12), any_fees, most=10**12))
def test_any_fee_is_priced_alike(deal: Deal) -> None:
    assume(deal.quantity * 10_000 // (10_000 - deal.fee_bps) < 10**17)
    pricing_checks.buy_shares_costs_the_least(REAL, deal)
    pricing_checks.sell_brings_the_most(REAL, deal)


@pytest.mark.parametrize("fee_bps", [0, 100, 1_000, 5_000])
def test_small_pools_by_brute_force(fee_bps: int) -> None:
    """Against a search over the reference: every pool up to 7 by 7, every number of shares up to 15."""
    fee = fee_bps * gnosis.BASIS_POINT
    for own, other, shares in product(range(1, 8), range(1, 8), range(1, 16)):
        pool = Pool(own, other)
        least = next(a for a in range(1, 99) if gnosis.calc_buy_amount([own, other], 0, a, fee) >= shares)
        assert REAL.buy_shares(pool, Outcome.YES, shares, fee_bps)[1].amount == least
        payable = [r for r in range(1, other) if r * 10_000 // (10_000 - fee_bps) < other]
        covered = [r for r in payable if gnosis.calc_sell_amount([own, other], 0, r, fee) <= shares]
        assert REAL.sell(pool, Outcome.YES, shares, fee_bps)[1].amount == max(covered, default=0)


@pytest.mark.parametrize(
    "check",
    [
        sequences.splitting_a_buy_gains_only_rounding,
        sequences.splitting_buy_shares_gains_only_rounding,
        sequences.splitting_a_sale_gains_only_rounding,
        sequences.splitting_sell_for_gains_only_rounding,
    ],
)
@given(pool=every_pool, outcome=outcomes, fee_bps=market_fees, parts=parts)
def test_splitting_gains_only_rounding(
    check: sequences.SplitCheck, pool: Pool, outcome: Outcome, fee_bps: int, parts: list[int]
) -> None:
    check(REAL, Deal(pool, outcome, 0, fee_bps), parts)


@given(pool=every_pool, fee_bps=market_fees, steps=steps)
def test_no_round_trip_profits(pool: Pool, fee_bps: int, steps: list[Step]) -> None:
    sequences.round_trip_never_profits(REAL, pool, fee_bps, steps)
