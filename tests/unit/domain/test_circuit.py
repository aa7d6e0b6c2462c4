"""Circuits: closed, open, half-open, and what each mode makes of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.breakers.circuit import CLOSED, LONGEST, MOST_TRIALS, Answer, Circuit, CircuitRule, Phase
from domain.breakers.trip import SERVICE, Breaker, Decision, Mode, Reset, Step, Trip
from domain.shared.administration import Actor
from domain.shared.errors import Invalid
from tests.unit.domain.exchange import OPENED

MOMENT = timedelta(microseconds=1)
RULE = CircuitRule(open_for=timedelta(seconds=60), trials=10)
SHADOW = replace(RULE, mode=Mode.SHADOW)
UNTIL = OPENED + RULE.open_for


def trip(circuit: Circuit, rule: CircuitRule = RULE, after: timedelta = timedelta(0)) -> Step[Circuit]:
    return circuit.trip(Breaker.ERROR_RATE, SERVICE, OPENED + after, rule, {"failures": 6})


OPEN = trip(CLOSED).state
HALF_OPEN = OPEN.admit(UNTIL, RULE).state


def admitted(count: int) -> Circuit:
    """Half-open, with so many trials under way."""
    circuit = HALF_OPEN
    for _ in range(count - 1):
        circuit = circuit.admit(UNTIL, RULE).state
    return circuit


def concluded(circuit: Circuit, *answers: Answer) -> Circuit:
    for answer in answers:
        circuit = circuit.conclude(circuit.round, answer, UNTIL, RULE)
    return circuit


def test_a_closed_circuit_lets_everything_through() -> None:
    assert CLOSED.admit(OPENED, RULE) == Step(CLOSED, Decision.PASS)
    for answer in Answer:
        assert CLOSED.conclude(0, answer, OPENED, RULE) is CLOSED


def test_a_trip_opens_it_for_60_seconds() -> None:
    step = trip(CLOSED)
    assert step.decision is Decision.REJECT
    expected = Trip(Breaker.ERROR_RATE, SERVICE, OPENED, Mode.ENFORCE, Decision.REJECT, {"failures": 6})
    assert step.trip == expected
    assert (step.state.phase, step.state.round, step.state.until) == (Phase.OPEN, 1, UNTIL)


def test_its_refusals_change_nothing() -> None:
    refused = OPEN.admit(UNTIL - MOMENT, RULE)
    assert refused == Step(OPEN, Decision.REJECT)
    full = admitted(10)
    refused = full.admit(UNTIL, RULE)
    assert refused == Step(full, Decision.REJECT)
    assert refused.state is full


def test_then_10_trials_are_let_through() -> None:
    circuit = OPEN
    for number in range(1, 11):
        step = circuit.admit(UNTIL, RULE)
        circuit = step.state
        assert step.decision is Decision.PASS
        assert (circuit.phase, circuit.round, circuit.trials) == (Phase.HALF_OPEN, 2, number)
    assert circuit.admit(UNTIL, RULE).decision is Decision.REJECT


def test_when_all_trials_have_succeeded_it_closes() -> None:
    nine = concluded(admitted(10), *[Answer.GOOD] * 9)
    assert (nine.phase, nine.succeeded) == (Phase.HALF_OPEN, 9)
    ten = concluded(nine, Answer.GOOD)
    assert (ten.phase, ten.round, ten.until, ten.trials, ten.succeeded) == (Phase.CLOSED, 3, None, 0, 0)


def test_trials_may_come_one_after_the_other() -> None:
    circuit = concluded(HALF_OPEN, Answer.GOOD)
    for _ in range(9):
        circuit = concluded(circuit.admit(UNTIL, RULE).state, Answer.GOOD)
    assert circuit.phase is Phase.CLOSED


def test_one_that_fails_opens_it_again_and_is_not_told_again() -> None:
    late = UNTIL + timedelta(seconds=5)
    opened = concluded(admitted(10), *[Answer.GOOD] * 9).conclude(2, Answer.FAILED, late, RULE)
    assert (opened.phase, opened.round, opened.until) == (Phase.OPEN, 3, late + RULE.open_for)


def test_one_that_is_not_counted_makes_room_for_another() -> None:
    circuit = concluded(admitted(10), Answer.UNCOUNTED)
    assert circuit == admitted(9)
    assert circuit.admit(UNTIL, RULE).decision is Decision.PASS
    assert concluded(HALF_OPEN, Answer.UNCOUNTED).trials == 0


@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("late_by", [1, 2, -1])
def test_answers_of_another_round_change_nothing(answer: Answer, late_by: int) -> None:
    circuit = admitted(10)
    assert circuit.conclude(circuit.round - late_by, answer, UNTIL, RULE) is circuit


def test_trials_that_tell_nothing_are_given_up() -> None:
    lost, patience = admitted(10), UNTIL + RULE.patience
    assert lost.admit(patience - MOMENT, RULE) == Step(lost, Decision.REJECT)
    step = lost.admit(patience, RULE)
    assert step.decision is Decision.PASS
    assert (step.state.phase, step.state.round, step.state.trials) == (Phase.HALF_OPEN, 3, 1)
    assert step.state.conclude(2, Answer.FAILED, patience, RULE) is step.state


def test_patience_begins_with_the_last_trial() -> None:
    later = UNTIL + RULE.patience * 3
    full = admitted(9).admit(later, RULE).state
    assert full.admit(later + RULE.patience - MOMENT, RULE).decision is Decision.REJECT
    assert full.admit(later + RULE.patience, RULE).state.round == full.round + 1


@pytest.mark.parametrize("circuit", [OPEN, HALF_OPEN])
def test_what_is_not_closed_does_not_trip(circuit: Circuit) -> None:
    assert trip(circuit) == Step(circuit, Decision.PASS)


def test_another_trip_is_told_after_a_minute() -> None:
    closed = concluded(admitted(10), *[Answer.GOOD] * 10)
    early = trip(closed, after=RULE.quiet_for - MOMENT)
    assert (early.state.phase, early.decision, early.trip) == (Phase.OPEN, Decision.REJECT, None)
    assert early.state.quiet_until == OPEN.quiet_until
    late = trip(closed, after=RULE.quiet_for)
    assert late.trip
    assert late.state.quiet_until == OPENED + 2 * RULE.quiet_for


def test_in_shadow_it_goes_the_same_way_and_refuses_nothing() -> None:
    step = trip(CLOSED, SHADOW)
    assert step.decision is Decision.ALERT
    assert step.trip
    assert step.state == OPEN
    assert OPEN.admit(OPENED, SHADOW) == Step(OPEN, Decision.ALERT)
    assert admitted(10).admit(UNTIL, SHADOW) == Step(admitted(10), Decision.ALERT)
    assert OPEN.admit(UNTIL, SHADOW) == Step(HALF_OPEN, Decision.PASS)


@pytest.mark.parametrize(("mode", "decision"), [(Mode.DISABLED, Decision.PASS), (Mode.FORCED_OPEN, Decision.REJECT)])
@pytest.mark.parametrize("circuit", [CLOSED, OPEN, HALF_OPEN, admitted(10)])
def test_without_watching_nothing_changes(mode: Mode, decision: Decision, circuit: Circuit) -> None:
    rule = replace(RULE, mode=mode)
    assert circuit.admit(UNTIL, rule) == Step(circuit, decision)
    assert trip(circuit, rule) == Step(circuit, Decision.PASS)
    for answer in Answer:
        assert circuit.conclude(circuit.round, answer, UNTIL, rule) is circuit


@pytest.mark.parametrize("circuit", [CLOSED, OPEN, admitted(10)])
def test_a_reset_closes_it_and_forgets_what_came_before(circuit: Circuit) -> None:
    actor = Actor(None, "The disk was full.")
    state, done = circuit.reset(Breaker.ERROR_RATE, SERVICE, actor, UNTIL)
    assert state == Circuit(round=circuit.round + 1)
    assert done == Reset(Breaker.ERROR_RATE, SERVICE, UNTIL, actor)


@pytest.mark.parametrize(
    "build",
    [
        lambda: replace(RULE, trials=0),
        lambda: replace(RULE, trials=MOST_TRIALS + 1),
        lambda: replace(RULE, trials=1.0),  # type: ignore[arg-type]
        lambda: replace(RULE, open_for=-MOMENT),
        lambda: replace(RULE, open_for=LONGEST + MOMENT),
        lambda: replace(RULE, patience=timedelta(0)),
        lambda: replace(RULE, patience=LONGEST + MOMENT),
        lambda: replace(RULE, quiet_for=-MOMENT),
        lambda: replace(RULE, quiet_for=LONGEST + MOMENT),
    ],
)
def test_unusable_settings_are_refused(build: Callable[[], CircuitRule]) -> None:
    with pytest.raises(Invalid) as refused:
        build()
    assert refused.value.code == "BREAKER_RULE"


def test_the_bounds_of_settings_are_usable() -> None:
    assert CircuitRule(timedelta(0), 1, patience=MOMENT, quiet_for=timedelta(0)).trials == 1
    assert CircuitRule(LONGEST, MOST_TRIALS, patience=LONGEST, quiet_for=LONGEST).trials == MOST_TRIALS
