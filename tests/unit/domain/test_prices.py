"""Prices worked by hand. own and other are the reserves of the outcome traded and of the opposite one."""

import pytest

from domain.trading.cpmm import Fill, Outcome, Pool, buy, buy_shares, sell, sell_for

YES, NO = Outcome.YES, Outcome.NO
EVEN = Pool(1_000_000_000, 1_000_000_000)
"""1,000 points on each side: YES at 0.5."""
UNLIKELY = Pool(3_000_000_000, 1_000_000_000)
"""YES at 1 / (3 + 1) = 0.25."""


@pytest.mark.parametrize(
    ("pool", "probability"),
    [
        (EVEN, 500_000),
        (UNLIKELY, 250_000),
        (Pool(1_000_000_000, 3_000_000_000), 750_000),
        (Pool(2, 1), 333_333),  # 1/3, rounded down
        (Pool(10**18, 1), 0),
        (Pool(1, 10**18), 999_999),
    ],
)
def test_probability(pool: Pool, probability: int) -> None:
    assert pool.probability == probability


@pytest.mark.parametrize(
    ("pool", "outcome", "amount", "fee_bps", "after", "fill"),
    [
        # Whole numbers: k = 36, other 9 + 3 = 12, own 36 / 12 = 3, shares 4 + 3 - 3.
        (Pool(4, 9), YES, 3, 0, Pool(3, 12), Fill(3, 4, 0)),
        # The other side: other 4 + 2 = 6, own 36 / 6 = 6, shares 9 + 2 - 6.
        (Pool(4, 9), NO, 2, 0, Pool(6, 6), Fill(2, 5, 0)),
        # Rounded up against the trader: other 9 + 1 = 10, own 3.6 → 4, shares 4 + 1 - 4.
        (Pool(4, 9), YES, 1, 0, Pool(4, 10), Fill(1, 1, 0)),
        # 10^18 / 1.1·10^9 = 909,090,909.09 → 909,090,910; shares 1,100,000,000 - 909,090,910.
        (EVEN, YES, 100_000_000, 0, Pool(909_090_910, 1_100_000_000), Fill(100_000_000, 190_909_090, 0)),
        (EVEN, NO, 100_000_000, 0, Pool(1_100_000_000, 909_090_910), Fill(100_000_000, 190_909_090, 0)),
        # 2 % of 100 points is 2, so 98 go in: 10^18 / 1.098·10^9 = 910,746,812.39 → …813; shares 1,098,000,000 - that.
        (EVEN, YES, 100_000_000, 200, Pool(910_746_813, 1_098_000_000), Fill(100_000_000, 187_253_187, 2_000_000)),
        # 3·10^18 / 3.01·10^9 = 996,677,740.86 → …741; shares 1,010,000,000 - that: 10 points at about 0.75 a share.
        (UNLIKELY, NO, 10_000_000, 0, Pool(3_010_000_000, 996_677_741), Fill(10_000_000, 13_322_259, 0)),
        # 1 % of 199 µP is 1.99 → 1: net 198; 10^18 / 1,000,000,198 = 999,999,802.00004 → …803; 198 + 197 shares.
        (EVEN, NO, 199, 100, Pool(1_000_000_198, 999_999_803), Fill(199, 395, 1)),
    ],
)
def test_buy(pool: Pool, outcome: Outcome, amount: int, fee_bps: int, after: Pool, fill: Fill) -> None:
    assert buy(pool, outcome, amount, fee_bps) == (after, fill)


@pytest.mark.parametrize(
    ("pool", "outcome", "shares", "fee_bps", "after", "fill"),
    [
        # 3 µP buy exactly 4 (above); 2 µP: other 11, own 36/11 → 4, 2 shares.
        (Pool(4, 9), YES, 4, 0, Pool(3, 12), Fill(3, 4, 0)),
        # 2 µP buy only 2, so 3 shares also cost 3 µP, and that buys 4.
        (Pool(4, 9), YES, 3, 0, Pool(3, 12), Fill(3, 4, 0)),
        (Pool(4, 9), NO, 5, 0, Pool(6, 6), Fill(2, 5, 0)),
        # One µP less: 10^18 / 1,099,999,999 = 909,090,909.92 → …910, 190,909,089 shares, one too few.
        (EVEN, YES, 190_909_090, 0, Pool(909_090_910, 1_100_000_000), Fill(100_000_000, 190_909_090, 0)),
        # 98 points net buy 187,253,187 and one µP less 187,253,185, so 98 points net are needed. 2 % of 99,999,999
        # is 1,999,999.98 → 1,999,999, which leaves them; 99,999,998 would leave 97,999,999.
        (EVEN, YES, 187_253_186, 200, Pool(910_746_813, 1_098_000_000), Fill(99_999_999, 187_253_187, 1_999_999)),
        (EVEN, NO, 187_253_186, 200, Pool(1_098_000_000, 910_746_813), Fill(99_999_999, 187_253_187, 1_999_999)),
    ],
)
def test_buy_shares(pool: Pool, outcome: Outcome, shares: int, fee_bps: int, after: Pool, fill: Fill) -> None:
    assert buy_shares(pool, outcome, shares, fee_bps) == (after, fill)


@pytest.mark.parametrize(
    ("pool", "outcome", "shares", "fee_bps", "after", "fill"),
    [
        # The buy above, undone: (3 + 4 - 3)(12 - 3) = 36 = k, and for 4 µP (3 + 4 - 4)(12 - 4) = 24 < k.
        (Pool(3, 12), YES, 4, 0, Pool(4, 9), Fill(3, 4, 0)),
        # 5 shares still bring 3 µP: (3 + 5 - 4)(12 - 4) = 32 < 36. The fifth stays in the pool.
        (Pool(3, 12), YES, 5, 0, Pool(5, 9), Fill(3, 5, 0)),
        # 1 share at 0.5 is worth less than 1 µP.
        (EVEN, NO, 1, 0, Pool(1_000_000_000, 1_000_000_001), Fill(0, 1, 0)),
        # (1.1 - g)(1 - g) = 1: g = (2.1 - √4.01) / 2 = 0.04875078027… (·10^9). own 1,100,000,000 - g.
        (EVEN, YES, 100_000_000, 0, Pool(1_051_249_220, 951_249_220), Fill(48_750_780, 100_000_000, 0)),
        # 2 %: the greatest R with ⌊R / 0.98⌋ ≤ 48,750,780 is below 48,750,781 · 0.98 = 47,775,765.38.
        (EVEN, YES, 100_000_000, 200, Pool(1_051_249_220, 951_249_220), Fill(47_775_765, 100_000_000, 975_015)),
        (EVEN, NO, 100_000_000, 200, Pool(951_249_220, 1_051_249_220), Fill(47_775_765, 100_000_000, 975_015)),
    ],
)
def test_sell(pool: Pool, outcome: Outcome, shares: int, fee_bps: int, after: Pool, fill: Fill) -> None:
    assert sell(pool, outcome, shares, fee_bps) == (after, fill)


@pytest.mark.parametrize(
    ("pool", "outcome", "proceeds", "fee_bps", "after", "fill"),
    [
        # other 12 - 3 = 9, own 36 / 9 = 4, shares 3 + 4 - 3.
        (Pool(3, 12), YES, 3, 0, Pool(4, 9), Fill(3, 4, 0)),
        # other 12 - 2 = 10, own 3.6 → 4, shares 2 + 4 - 3.
        (Pool(3, 12), YES, 2, 0, Pool(4, 10), Fill(2, 3, 0)),
        # 10^18 / 950,000,000 = 1,052,631,578.95 → …579; shares 50,000,000 + 52,631,579.
        (EVEN, YES, 50_000_000, 0, Pool(1_052_631_579, 950_000_000), Fill(50_000_000, 102_631_579, 0)),
        # 49 points net of 2 % are 49 / 0.98 = 50 before it: the same shares, and 1 point of fee.
        (EVEN, YES, 49_000_000, 200, Pool(1_052_631_579, 950_000_000), Fill(49_000_000, 102_631_579, 1_000_000)),
        (EVEN, NO, 49_000_000, 200, Pool(950_000_000, 1_052_631_579), Fill(49_000_000, 102_631_579, 1_000_000)),
        # ⌊100 / 0.98⌋ = ⌊102.04⌋ = 102; 3·10^18 / (3·10^9 - 102) = 1,000,000,034.0000012 → …035; 102 + 35 shares.
        (UNLIKELY, NO, 100, 200, Pool(2_999_999_898, 1_000_000_035), Fill(100, 137, 2)),
    ],
)
def test_sell_for(pool: Pool, outcome: Outcome, proceeds: int, fee_bps: int, after: Pool, fill: Fill) -> None:
    assert sell_for(pool, outcome, proceeds, fee_bps) == (after, fill)
