"""What must hold of every market, and how a difference is told."""

from dataclasses import replace
from typing import Any

import pytest

from domain.trading import cpmm
from domain.trading.book import Book
from domain.trading.cpmm import Fill, Outcome, Pool
from domain.trading.difference import differences
from domain.trading.invariants import backing, round_trips
from domain.trading.liquidity import LpFees, Stake
from domain.trading.position import Position
from tests.unit.domain.exchange import MARKET, a_market
from tests.unit.domain.test_prices import YES


def test_differences_go_field_by_field() -> None:
    one = Book(MARKET, Pool(5, 6), lp_fees=LpFees(1, 2, 3))
    other = Book(MARKET, Pool(5, 7), lp_fees=LpFees(1, 2, 4))
    assert [str(difference) for difference in differences("it", one, other)] == [
        "it: pool.no is 6, should be 7",
        "it: lp_fees.remainder is 3, should be 4",
    ]


def test_a_missing_part_is_one_difference() -> None:
    [difference] = differences("it", Book(MARKET), Book(MARKET, Pool(5, 6)))
    assert str(difference) == "it: pool is nothing, should be Pool(yes=5, no=6)"


def test_nothing_differs_from_itself() -> None:
    assert list(differences("it", Stake(1, 2, 3, 4), Stake(1, 2, 3, 4))) == []
    assert list(differences("it", Position(), Position())) == []


BACKED = Book(MARKET, Pool(60, 50), lp_supply=50, collateral=100)


def test_shares_are_backed_while_a_market_trades() -> None:
    assert list(backing(a_market(), BACKED, 40, 50)) == []
    assert [difference.field for difference in backing(a_market(), BACKED, 41, 50)] == [
        "YES shares in pool and positions"
    ]
    assert [difference.field for difference in backing(a_market(), BACKED, 40, 49)] == [
        "NO shares in pool and positions"
    ]


def test_only_the_shares_that_won_are_backed_in_a_resolved_market() -> None:
    market = a_market().resolve(YES)
    assert list(backing(market, BACKED, 40, 0)) == []
    assert list(backing(market, BACKED, 39, 0)) != []


@pytest.mark.parametrize("left", [{"collateral": 1}, {"vault_fees": 1}, {"lp_fees": LpFees(1)}, {"lp_supply": 1}])
def test_nothing_is_left_in_a_settled_market(left: dict[str, Any]) -> None:
    market = a_market().cancel().settle()
    assert list(backing(market, Book(MARKET), 0, 0)) == []
    assert list(backing(market, replace(Book(MARKET), **left), 0, 0)) != []
    assert list(backing(market, Book(MARKET), 1, 0)) != []


@pytest.mark.parametrize("pool", [Pool(1, 1), Pool(1, 10**18), Pool(10**17, 10**17), Pool(3, 7), Pool(10**9, 1), None])
def test_a_round_trip_never_profits(pool: Pool | None) -> None:
    assert list(round_trips(a_market(), Book(MARKET, pool, lp_supply=1))) == []


def a_generous_sale(pool: Pool, outcome: Outcome, shares: int, fee_bps: int) -> tuple[Pool, Fill]:
    """Rounds for the trader."""
    after, fill = cpmm.sell(pool, outcome, shares, fee_bps)
    return after, replace(fill, amount=fill.amount + 2)


def test_a_round_trip_that_profits_is_found() -> None:
    book = Book(MARKET, Pool(10**6, 10**6), lp_supply=1)
    found = list(round_trips(a_market(), book, sell=a_generous_sale))
    assert [str(difference) for difference in found] == [
        f"market {MARKET}: proceeds of a round trip in {outcome} is 100002, should be at most 100001"
        for outcome in Outcome
    ]
