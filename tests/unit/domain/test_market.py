"""The life of a market: every transition from every status, allowed or refused, and the terms it may have."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.shared.errors import Conflict, Invalid
from domain.trading.cpmm import Outcome
from domain.trading.market import Market, Status
from tests.unit.domain.exchange import CLOSES, MARKET, OPENED, a_market

BEFORE_CLOSING = CLOSES - timedelta(microseconds=1)

TRANSITIONS: dict[str, Callable[[Market], Market]] = {
    "approve": lambda market: market.approve(OPENED),
    "pause": Market.pause,
    "resume": Market.resume,
    "close": lambda market: market.close(OPENED),
    "resolve YES": lambda market: market.resolve(Outcome.YES),
    "resolve NO": lambda market: market.resolve(Outcome.NO),
    "cancel": Market.cancel,
    "settle": Market.settle,
}

ALLOWED = {
    (Status.DRAFT, "approve"): Status.ACTIVE,
    (Status.DRAFT, "cancel"): Status.CANCELLED,
    (Status.ACTIVE, "pause"): Status.PAUSED,
    (Status.ACTIVE, "close"): Status.ACTIVE,
    (Status.ACTIVE, "resolve YES"): Status.RESOLVED,
    (Status.ACTIVE, "resolve NO"): Status.RESOLVED,
    (Status.ACTIVE, "cancel"): Status.CANCELLED,
    (Status.PAUSED, "resume"): Status.ACTIVE,
    (Status.PAUSED, "close"): Status.PAUSED,
    (Status.PAUSED, "resolve YES"): Status.RESOLVED,
    (Status.PAUSED, "resolve NO"): Status.RESOLVED,
    (Status.PAUSED, "cancel"): Status.CANCELLED,
    (Status.RESOLVED, "settle"): Status.RESOLVED,
    (Status.CANCELLED, "settle"): Status.CANCELLED,
}


def market_in(status: Status) -> Market:
    return replace(a_market(), status=status, outcome=Outcome.YES if status is Status.RESOLVED else None)


@pytest.mark.parametrize("transition", TRANSITIONS)
@pytest.mark.parametrize("status", Status)
def test_transition(status: Status, transition: str) -> None:
    before = market_in(status)
    if (status, transition) in ALLOWED:
        assert TRANSITIONS[transition](before).status is ALLOWED[status, transition]
    else:
        with pytest.raises(Conflict) as refused:
            TRANSITIONS[transition](before)
        assert refused.value.code == "MARKET_STATUS"
    assert before == market_in(status)


def test_what_a_transition_changes() -> None:
    market = market_in(Status.ACTIVE)
    assert market.resolve(Outcome.NO) == replace(market, status=Status.RESOLVED, outcome=Outcome.NO)
    assert market.resolve(Outcome.NO).settle().settled
    assert market.close(OPENED) == replace(market, closes_at=OPENED)
    assert market.close(CLOSES + timedelta(days=1)) == market
    assert market.pause().resume() == market


def test_approval_comes_before_the_closing_time() -> None:
    draft = market_in(Status.DRAFT)
    assert draft.approve(BEFORE_CLOSING).status is Status.ACTIVE
    with pytest.raises(Conflict) as refused:
        draft.approve(CLOSES)
    assert refused.value.code == "MARKET_CLOSED"
    with pytest.raises(Conflict) as refused:
        market_in(Status.ACTIVE).approve(CLOSES)
    assert refused.value.code == "MARKET_STATUS"


@pytest.mark.parametrize(
    ("status", "now", "code"),
    [
        (Status.DRAFT, OPENED, "MARKET_NOT_OPEN"),
        (Status.PAUSED, OPENED, "MARKET_PAUSED"),
        (Status.RESOLVED, OPENED, "MARKET_RESOLVED"),
        (Status.CANCELLED, OPENED, "MARKET_CANCELLED"),
        (Status.ACTIVE, CLOSES, "MARKET_CLOSED"),
    ],
)
def test_who_is_not_open_says_why(status: Status, now: datetime, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        market_in(status).require_open(now)
    assert refused.value.code == code


def test_trading_ends_exactly_at_the_closing_time() -> None:
    market_in(Status.ACTIVE).require_open(BEFORE_CLOSING)
    market_in(Status.ACTIVE).require_active()


def test_which_statuses_have_ended() -> None:
    assert {status for status in Status if status.ended} == {Status.RESOLVED, Status.CANCELLED}


@pytest.mark.parametrize(
    ("fee_bps", "lp_fee_bps"), [(-1, 0), (1_001, 0), (0, -1), (0, 10_001), (1.5, 0), (0, 0.5), (True, 0)]
)
def test_a_fee_out_of_bounds(fee_bps: int, lp_fee_bps: int) -> None:
    with pytest.raises(Invalid) as refused:
        a_market(fee_bps, lp_fee_bps)
    assert refused.value.code == "FEE_OUT_OF_BOUNDS"


def test_a_fee_may_stand_at_its_bounds() -> None:
    assert a_market(0, 0).fee_bps == 0
    assert a_market(1_000, 10_000).fee_bps == 1_000


def test_a_closing_time_has_its_zone() -> None:
    with pytest.raises(Invalid) as refused:
        Market(MARKET, Status.DRAFT, CLOSES.replace(tzinfo=None), 0, 0)
    assert refused.value.code == "TIME_WITHOUT_ZONE"


@pytest.mark.parametrize(("status", "outcome"), [(Status.ACTIVE, Outcome.YES), (Status.RESOLVED, None)])
def test_an_outcome_stands_once_resolved(status: Status, outcome: Outcome | None) -> None:
    with pytest.raises(Invalid) as refused:
        Market(MARKET, status, CLOSES, 0, 0, outcome)
    assert refused.value.code == "OUTCOME_MISPLACED"


@pytest.mark.parametrize("outcome", ["YES", "NO", "MAYBE", 1])
def test_a_result_is_one_of_the_two_outcomes(outcome: Outcome) -> None:
    """The plain text "YES" is not Outcome.YES: taken as a result it would pay NO."""
    with pytest.raises(Invalid) as refused:
        market_in(Status.ACTIVE).resolve(outcome)
    assert refused.value.code == "OUTCOME_UNKNOWN"
