"""Pools, trades and quantities, from a handful of micro-units to the bounds of the domain."""

from typing import NamedTuple

from hypothesis import strategies as st

from domain.shared.money import BASIS_POINTS
from domain.trading.cpmm import Outcome, Pool

TOP = 9 * 10**17
"""The greatest reserve tried: a trade of the greatest amount still fits in MAX_HOLDING."""

MOST = 8 * 10**16
"""The greatest quantity tried: with a fee of 10 % on top it stays within MAX_AMOUNT."""


class Deal(NamedTuple):
    """What a function of the market maker is asked."""

    pool: Pool
    outcome: Outcome
    quantity: int
    fee_bps: int


class Step(NamedTuple):
    """One trade of a trader: which of the four forms, on what side, the quantity bought or the thousandths sold."""

    form: str
    outcome: Outcome
    quantity: int
    part: int


TRADES = ["buy", "buy_shares", "sell", "sell_for"]

outcomes = st.sampled_from(Outcome)
market_fees = st.one_of(st.sampled_from([0, 1, 30, 200, 1_000]), st.integers(0, 1_000))
any_fees = st.one_of(market_fees, st.integers(0, BASIS_POINTS - 1))


def sizes(most: int) -> st.SearchStrategy[int]:
    """From 1 to `most`, of every order of magnitude alike."""
    magnitudes = [10**exponent for exponent in range(1, 19) if 10**exponent < most]
    return st.one_of(*(st.integers(1, magnitude) for magnitude in (*magnitudes[::3], most)))


def reserves(most: int = TOP) -> st.SearchStrategy[int]:
    return sizes(most)


def pools(most: int = TOP) -> st.SearchStrategy[Pool]:
    return st.builds(Pool, reserves(most), reserves(most))


large_pools = st.builds(Pool, st.integers(10**17, TOP), st.integers(10**17, TOP))
"""Reserves beyond 2^53, where a float no longer counts single units."""


def deals(
    pools: st.SearchStrategy[Pool], fees: st.SearchStrategy[int] = market_fees, most: int = MOST
) -> st.SearchStrategy[Deal]:
    """A quantity that is any number, or one near the size of a reserve, where the price moves most."""

    def near(pool: Pool) -> st.SearchStrategy[int]:
        widest = min(most, 2 * max(pool.yes, pool.no))
        return st.one_of(sizes(most), st.integers(1, widest))

    return pools.flatmap(lambda pool: st.builds(Deal, st.just(pool), outcomes, near(pool), fees))


every_pool = st.one_of(pools(), pools(1_000), large_pools)
parts = st.one_of(*(st.lists(sizes(most), min_size=2, max_size=6) for most in (10_000, 10**16)))
steps = st.lists(
    st.builds(Step, st.sampled_from(TRADES), outcomes, sizes(10**15), st.integers(1, 1_000)), min_size=2, max_size=8
)
