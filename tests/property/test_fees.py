"""The providers' fees: exact at every moment, fair to the last µP, and nothing left behind."""

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from domain.shared.ids import UserId
from domain.shared.money import ceil_div
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.liquidity import SCALE, LpFees, Stake
from domain.trading.market import MAX_FEE_BPS
from domain.trading.orders import AddLiquidity, Buy, RemoveLiquidity
from tests.property.ledger_checks import STATE_CHECKS
from tests.property.strategies import outcomes, sizes
from tests.unit.domain.exchange import ALICE, BOB, CAROL, DAVE, MARKET, an_exchange

PROVIDERS = [ALICE, BOB, CAROL]
fees = st.lists(st.one_of(st.integers(0, 9), sizes(10**15)), min_size=1, max_size=20)
stakes = st.lists(sizes(10**15), min_size=1, max_size=5)


@given(stakes, fees)
def test_a_provider_is_due_his_part_to_the_last_unit(shares: list[int], earned: list[int]) -> None:
    """He is never paid more than his part, and at most 1 µP of it waits in the remainder."""
    supply, accumulator = sum(shares), LpFees()
    for fee in earned:
        accumulator = accumulator.earn(fee, supply)
    assert accumulator.accrued == sum(earned)
    assert 0 <= accumulator.remainder < supply
    for held in shares:
        exact = Fraction(sum(earned) * held, supply)
        assert floor(exact) - 1 <= accumulator.payable_to(Stake(held), supply) <= exact


@given(stakes, fees, st.data())
def test_the_accumulator_is_exact_whoever_comes_and_goes(
    shares: list[int], earned: list[int], data: st.DataObject
) -> None:
    accumulator, held = LpFees(), dict(enumerate(Stake(number) for number in shares))
    for fee in earned:
        accumulator = accumulator.earn(fee, sum(stake.shares for stake in held.values()))
        who = data.draw(st.sampled_from(sorted(held)))
        supply = sum(stake.shares for stake in held.values())
        accumulator, held[who] = accumulator.pay(held[who], accumulator.payable_to(held[who], supply))
        least = 0 if held[who].shares < supply else 1
        wanted = data.draw(st.integers(least, 10**15))
        accumulator, held[who] = accumulator.change_shares(held[who], wanted, 0)
        owed = sum(accumulator.owed_to(stake) for stake in held.values())
        assert accumulator.accrued * SCALE == accumulator.remainder + owed
        assert min(accumulator.accrued, accumulator.remainder, owed) >= 0


@given(
    terms=st.tuples(st.integers(1, MAX_FEE_BPS), st.integers(1, 10_000)),
    turns=st.lists(st.tuples(st.sampled_from(PROVIDERS), sizes(10**9), outcomes, sizes(10**9)), min_size=3, max_size=8),
    leaving=st.permutations(PROVIDERS),
    steps=st.lists(st.integers(1, 3), min_size=3, max_size=3),
)
def test_the_last_provider_leaves_nothing_behind(
    terms: tuple[int, int], turns: list[tuple[UserId, int, Outcome, int]], leaving: list[UserId], steps: list[int]
) -> None:
    exchange = an_exchange(*terms, points=10**5)
    for provider, deposit, outcome, amount in turns:
        exchange.place(provider, AddLiquidity(deposit + 10**9, 500_000))
        exchange.place(DAVE, Buy(outcome, amount))
    for provider, parts in zip(leaving, steps, strict=True):
        for left in range(parts, 0, -1):
            shares = exchange.holding(MARKET, provider).stake.shares
            if shares:
                exchange.place(provider, RemoveLiquidity(ceil_div(shares, left)))
    book, entries = exchange.books[MARKET], exchange.entries[MARKET]
    assert (book.pool, book.lp_supply) == (None, 0)
    assert (book.lp_fees.accrued, book.lp_fees.remainder) == (0, 0)
    claimed = sum(entry.amount_out for entry in entries if entry.action is Action.FEE_CLAIM)
    assert claimed == sum(entry.lp_fee for entry in entries)
    for check in STATE_CHECKS:
        check(exchange)
