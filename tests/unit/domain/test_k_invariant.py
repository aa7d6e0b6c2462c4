"""A k that would fall."""

import pytest

from domain.breakers.k_invariant import KInvariant, reset
from domain.breakers.trip import Breaker, Decision, Mode, Reset, Step, Trip
from domain.shared.administration import Actor
from domain.shared.errors import Invalid
from domain.shared.money import MAX_HOLDING
from tests.unit.domain.exchange import ALICE, CLOSES, MARKET, OPENED

K = MAX_HOLDING**2
WELL = KInvariant()
TRIPPED = KInvariant(OPENED)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("after", [K, K + 1])
def test_a_k_that_stays_or_rises_is_well(mode: Mode, after: int) -> None:
    assert WELL.judge(MARKET, K, after, OPENED, mode) == Step(WELL, Decision.PASS)


def test_a_k_that_falls_by_one_halts_the_market() -> None:
    evidence = {"k_before": str(K), "k_after": str(K - 1)}
    trip = Trip(Breaker.K_INVARIANT, str(MARKET), OPENED, Mode.ENFORCE, Decision.HALT, evidence)
    assert WELL.judge(MARKET, K, K - 1, OPENED, Mode.ENFORCE) == Step(TRIPPED, Decision.HALT, trip)


@pytest.mark.parametrize("mode", Mode)
def test_no_mode_lets_k_fall(mode: Mode) -> None:
    for state in (WELL, TRIPPED):
        assert not state.judge(MARKET, K, K - 1, OPENED, mode).decision.lets_through


def test_it_trips_once() -> None:
    assert TRIPPED.judge(MARKET, K, K - 1, CLOSES, Mode.ENFORCE) == Step(TRIPPED, Decision.REJECT)


def test_in_shadow_it_is_told_and_halts_nothing() -> None:
    step = WELL.judge(MARKET, K, K - 1, OPENED, Mode.SHADOW)
    assert step.state == TRIPPED
    assert step.trip
    assert (step.trip.mode, step.trip.decision) == (Mode.SHADOW, Decision.REJECT)
    assert step.state.judge(MARKET, K, K - 1, CLOSES, Mode.SHADOW).trip is None


@pytest.mark.parametrize("mode", [Mode.DISABLED, Mode.FORCED_OPEN])
def test_where_it_does_not_watch_nothing_is_told(mode: Mode) -> None:
    assert WELL.judge(MARKET, K, K - 1, OPENED, mode) == Step(WELL, Decision.REJECT)


@pytest.mark.parametrize(
    ("mode", "well", "tripped"),
    [
        (Mode.ENFORCE, Decision.PASS, Decision.REJECT),
        (Mode.SHADOW, Decision.PASS, Decision.ALERT),
        (Mode.FORCED_OPEN, Decision.REJECT, Decision.REJECT),
        (Mode.DISABLED, Decision.PASS, Decision.PASS),
    ],
)
def test_what_a_market_takes(mode: Mode, well: Decision, tripped: Decision) -> None:
    assert (WELL.admit(mode), TRIPPED.admit(mode)) == (well, tripped)


def test_an_administrator_sets_it_back_for_a_reason() -> None:
    actor = Actor(ALICE, "The pool was mended.")
    state, done = reset(MARKET, actor, CLOSES)
    assert state.admit(Mode.ENFORCE) is Decision.PASS
    assert done == Reset(Breaker.K_INVARIANT, str(MARKET), CLOSES, actor)
    with pytest.raises(Invalid):
        Actor(ALICE, " ")
