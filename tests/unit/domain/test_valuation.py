"""What holdings are worth, by hand and against what the domain then pays."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.ids import MarketId, UserId
from domain.shared.money import MAX_HOLDING, POINT
from domain.trading.book import NO_POSITION, NO_STAKE, Book, Holding
from domain.trading.cpmm import Outcome, Pool
from domain.trading.execution import execute
from domain.trading.liquidity import LpFees, Stake
from domain.trading.market import Market, Status
from domain.trading.orders import CloseOut, Order
from domain.trading.position import Position
from domain.trading.valuation import claimable, closing_worth, marked, position_worth, stake_worth
from tests.fakes.world import START, FakeIds

YES, NO = Outcome.YES, Outcome.NO
MARKET_ID, USER_ID = MarketId(FakeIds().new()), UserId(FakeIds().new())
OPEN = Market(MARKET_ID, Status.ACTIVE, START + timedelta(days=1), 200, 5_000)
CANCELLED = Market(MARKET_ID, Status.CANCELLED, OPEN.closes_at, 200, 5_000)
AT_A_QUARTER = Pool(yes=300, no=100)


def resolved(outcome: Outcome) -> Market:
    return Market(MARKET_ID, Status.RESOLVED, OPEN.closes_at, 200, 5_000, outcome)


def test_shares_are_marked_at_the_pools_probability_rounded_down() -> None:
    assert marked(AT_A_QUARTER, 40, 0) == 10
    assert marked(AT_A_QUARTER, 0, 40) == 30
    assert marked(AT_A_QUARTER, 41, 2) == 11  # 11.75
    assert marked(AT_A_QUARTER, 7, 7) == 7
    assert marked(Pool(MAX_HOLDING, MAX_HOLDING - 1), MAX_HOLDING, 0) == 499_999_999_999_999_999


@pytest.mark.parametrize(
    ("market", "pool", "worth"),
    [
        (OPEN, AT_A_QUARTER, 11),
        (OPEN, None, 2),
        (resolved(YES), AT_A_QUARTER, 41),
        (resolved(NO), AT_A_QUARTER, 2),
        (resolved(NO), None, 2),
        (CANCELLED, AT_A_QUARTER, 30),
    ],
)
def test_what_a_position_is_worth(market: Market, pool: Pool | None, worth: int) -> None:
    assert position_worth(market, pool, Position(yes=41, no=2, yes_basis=29, no_basis=1)) == worth


@pytest.mark.parametrize(("market", "worth"), [(OPEN, 37), (resolved(YES), 75), (resolved(NO), 25), (CANCELLED, 37)])
def test_what_a_providers_part_is_worth(market: Market, worth: int) -> None:
    book = Book(MARKET_ID, AT_A_QUARTER, lp_supply=200)
    assert stake_worth(market, book, Stake(shares=50)) == worth
    assert stake_worth(market, book, NO_STAKE) == 0
    assert stake_worth(market, Book(MARKET_ID), NO_STAKE) == 0


def test_fees_are_claimable_by_who_has_lp_shares() -> None:
    fees = LpFees().earn(7, supply=10)
    book = Book(MARKET_ID, AT_A_QUARTER, lp_supply=10, lp_fees=fees)
    assert claimable(book, Stake(shares=5)) == 3
    assert claimable(book, Stake(shares=10)) == 7
    assert claimable(Book(MARKET_ID, lp_fees=LpFees(1, 0, 2**64)), NO_STAKE) == 0


amounts = st.integers(0, 10**12)


@given(amounts, amounts, st.integers(1, 10**12), st.integers(1, 10**12))
def test_closing_out_brings_its_worth_and_never_more_than_the_mark(
    yes: int, no: int, pool_yes: int, pool_no: int
) -> None:
    book = Book(MARKET_ID, Pool(pool_yes, pool_no), lp_supply=1)
    position = Position(yes, no)
    worth = closing_worth(OPEN, book, USER_ID, position, START)
    if yes or no:
        holding = Holding(0, position)
        done = execute(OPEN, book, holding, Order(USER_ID, MARKET_ID, "out", CloseOut()), START)
        assert worth == done.holding.balance
    assert worth is not None
    assert worth <= position_worth(OPEN, book.pool, position)


def test_who_holds_nothing_gets_nothing() -> None:
    assert closing_worth(OPEN, Book(MARKET_ID), USER_ID, NO_POSITION, START) == 0


@pytest.mark.parametrize(
    ("market", "pool", "position", "worth"),
    [
        (OPEN, None, Position(5, 5), 5),
        (OPEN, None, Position(5, 4), None),
        (OPEN, Pool(POINT, POINT), Position(MAX_HOLDING, 0), None),
        (CANCELLED, AT_A_QUARTER, Position(5, 5), None),
        (Market(MARKET_ID, Status.ACTIVE, START, 200, 5_000), AT_A_QUARTER, Position(5, 5), None),
    ],
)
def test_what_cannot_be_closed_out_has_no_worth(
    market: Market, pool: Pool | None, position: Position, worth: int | None
) -> None:
    assert closing_worth(market, Book(MARKET_ID, pool, lp_supply=1), USER_ID, position, START) == worth
