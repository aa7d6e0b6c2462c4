"""Opening, adding and removing liquidity, and the providers' fees, worked by hand."""

import pytest

from domain.trading.cpmm import Pool
from domain.trading.ledger import Action
from domain.trading.liquidity import SCALE, LpFees, Stake, add_liquidity, open_pool, remove_liquidity
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, RemoveLiquidity
from domain.trading.position import Position
from tests.unit.domain.exchange import ALICE, BOB, CAROL, MARKET, POINT, an_exchange
from tests.unit.domain.test_prices import NO, YES


@pytest.mark.parametrize(
    ("amount", "probability", "pool"),
    [
        # p = 1/2: both reserves are the amount.
        (1_000_000_000, 500_000, Pool(1_000_000_000, 1_000_000_000)),
        # p = 1/4: NO is the dearer side, so it has the smaller reserve: 10^9 · 0.25 / 0.75 = 333,333,333.33.
        (1_000_000_000, 250_000, Pool(1_000_000_000, 333_333_333)),
        # p = 3/4: the mirror image.
        (1_000_000_000, 750_000, Pool(333_333_333, 1_000_000_000)),
        # 990 · 0.01 / 0.99 = 10, at either end.
        (990, 10_000, Pool(990, 10)),
        (990, 990_000, Pool(10, 990)),
        (1, 500_000, Pool(1, 1)),
    ],
)
def test_open(amount: int, probability: int, pool: Pool) -> None:
    assert open_pool(amount, probability) == pool


def test_add_keeps_the_ratio() -> None:
    # w = 1,000,000,000. Minted 500 · 10^9 / 10^9 points' worth; NO keeps 5·10^8 · 0.333333333 = 166,666,666.5 → …666.
    pool = Pool(1_000_000_000, 333_333_333)
    assert add_liquidity(pool, 1_000_000_000, 500_000_000) == (Pool(1_500_000_000, 499_999_999), 500_000_000)


def test_add_mints_in_proportion_to_the_supply() -> None:
    # w = 30, supply 7: minted ⌊10 · 7 / 30⌋ = ⌊2.33⌋; YES keeps ⌊10 · 20 / 30⌋ = 6, NO all 10.
    assert add_liquidity(Pool(20, 30), 7, 10) == (Pool(26, 40), 2)


def test_remove_pays_a_part_of_each_reserve() -> None:
    # 300 / 1,500 = 1/5: 300,000,000 YES and 99,999,999.8 → 99,999,999 NO.
    assert remove_liquidity(Pool(1_500_000_000, 499_999_999), 1_500_000_000, 300_000_000) == (300_000_000, 99_999_999)


def test_the_opener_keeps_what_the_pool_does_not() -> None:
    exchange = an_exchange()
    entry = exchange.place(ALICE, AddLiquidity(1_000_000_000, 250_000)).entry
    # 1,000,000,000 - 333,333,333 NO at 1,000,000,000 / 1,333,333,333 µP: 500,000,000.4.
    assert exchange.positions[MARKET, ALICE] == Position(no=666_666_667, no_basis=500_000_000)
    assert exchange.stakes[MARKET, ALICE] == Stake(shares=1_000_000_000, basis=500_000_000)
    assert exchange.balances[ALICE] == 9_000 * POINT
    assert exchange.books[MARKET].collateral == 1_000_000_000
    assert (entry.action, entry.price) == (Action.ADD_LIQUIDITY, 249_999)


def test_a_later_provider_also_gets_the_rest_of_his_sets() -> None:
    exchange = an_exchange()
    exchange.place(ALICE, AddLiquidity(1_000_000_000, 250_000))
    exchange.place(BOB, AddLiquidity(500_000_000))
    # 500,000,000 - 166,666,666 NO, at 0.75: 333,333,334 · 1,000,000,000 / 1,333,333,333 = 250,000,000.56.
    assert exchange.positions[MARKET, BOB] == Position(no=333_333_334, no_basis=250_000_000)
    assert exchange.stakes[MARKET, BOB] == Stake(shares=500_000_000, basis=250_000_000)
    assert exchange.books[MARKET].lp_supply == 1_500_000_000


def test_removal_merges_the_overlap_into_points() -> None:
    exchange = an_exchange()
    exchange.place(ALICE, AddLiquidity(1_000_000_000, 250_000))
    exchange.place(BOB, AddLiquidity(500_000_000))
    exchange.place(BOB, RemoveLiquidity(300_000_000))
    # 300,000,000 YES and 99,999,999 NO: 99,999,999 µP in points, and 200,000,001 YES
    # at 499,999,999 / 1,999,999,999: 50,000,000.1.
    assert exchange.balances[BOB] == 10_000 * POINT - 500_000_000 + 99_999_999
    held = exchange.positions[MARKET, BOB]
    assert (held.yes, held.yes_basis, held.no) == (200_000_001, 50_000_000, 333_333_334)
    # 3/5 of a basis of 250,000,000 is released against 99,999,999 + 50,000,000.
    assert exchange.stakes[MARKET, BOB] == Stake(shares=200_000_000, basis=100_000_000)
    assert held.realised == 149_999_999 - 150_000_000
    assert exchange.books[MARKET].pool == Pool(1_200_000_000, 400_000_000)


def test_fees_are_shared_by_lp_shares() -> None:
    exchange = an_exchange(fee_bps=200, lp_fee_bps=5_000)
    # 3/4 and 1/4 of 2^28 LP shares, by which the scaled fee divides evenly.
    exchange.place(ALICE, AddLiquidity(201_326_592, 500_000))
    exchange.place(BOB, AddLiquidity(67_108_864))
    # 2 % of 100 points, half of it to the providers: 3/4 of 1 point to Alice, 1/4 to Bob.
    bought = exchange.place(CAROL, Buy(YES, 100_000_000)).entry
    assert (bought.fee, bought.vault_fee, bought.lp_fee) == (2_000_000, 1_000_000, 1_000_000)
    assert exchange.place(ALICE, ClaimFees()).entry.amount_out == 750_000
    claimed, removed = exchange.place(BOB, RemoveLiquidity(67_108_864)).entries
    assert (claimed.action, claimed.amount_out) == (Action.FEE_CLAIM, 250_000)
    assert (removed.action, removed.lp_before, removed.lp_after) == (Action.REMOVE_LIQUIDITY, 67_108_864, 0)
    assert exchange.books[MARKET].lp_fees.accrued == 0
    assert exchange.books[MARKET].vault_fees == 1_000_000


def test_an_odd_fee_is_split_with_the_odd_unit_to_the_vault() -> None:
    exchange = an_exchange(fee_bps=100, lp_fee_bps=5_000)
    exchange.place(ALICE, AddLiquidity(1_000_000, 500_000))
    # 1 % of 399 is 3.99 → 3; half of it is 1.5 → 1 to the providers.
    bought = exchange.place(BOB, Buy(NO, 399)).entry
    assert (bought.fee, bought.vault_fee, bought.lp_fee) == (3, 2, 1)


def test_a_fee_that_does_not_divide_is_carried() -> None:
    # 1 µP among 3 shares: 2^64 = 3 · 6,148,914,691,236,517,205 + 1.
    fees = LpFees().earn(1, supply=3)
    assert fees == LpFees(accrued=1, per_share=6_148_914_691_236_517_205, remainder=1)
    # Two more make 3 µP, one for each share, and nothing left over.
    assert fees.earn(2, supply=3) == LpFees(accrued=3, per_share=SCALE, remainder=0)
    assert fees.payable_to(Stake(shares=2), supply=3) == 0
    assert fees.earn(2, supply=3).payable_to(Stake(shares=2), supply=3) == 2


def test_a_newcomer_has_no_part_in_earlier_fees() -> None:
    exchange = an_exchange(fee_bps=100, lp_fee_bps=10_000)
    exchange.place(ALICE, AddLiquidity(1_048_576, 500_000))
    exchange.place(BOB, Buy(YES, 100_000))  # 1,000 µP of fees, all of them Alice's
    exchange.place(CAROL, AddLiquidity(10_000_000))
    fees, supply = exchange.books[MARKET].lp_fees, exchange.books[MARKET].lp_supply
    assert fees.payable_to(exchange.stakes[MARKET, CAROL], supply) == 0
    assert exchange.place(ALICE, ClaimFees()).entry.amount_out == 1_000


def test_a_fraction_waits_for_who_stays_last() -> None:
    exchange = an_exchange(fee_bps=100, lp_fee_bps=10_000)
    exchange.place(ALICE, AddLiquidity(1_000_000, 500_000))
    exchange.place(BOB, Buy(YES, 100_000))
    lp_shares = exchange.place(CAROL, AddLiquidity(1_000_000)).entry.lp_after
    # 1,000 · 2^64 / 1,000,000 leaves a remainder, so her 1,000 µP are a fraction short while she is not alone.
    assert exchange.place(ALICE, ClaimFees()).entry.amount_out == 999
    exchange.place(CAROL, RemoveLiquidity(lp_shares))
    assert exchange.place(ALICE, ClaimFees()).entry.amount_out == 1
    assert exchange.books[MARKET].lp_fees.accrued == 0
