"""A pool without a connection to give, and the probes that find out when it has one again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.breakers.circuit import CLOSED, Answer, Circuit, Phase
from domain.breakers.database_pool import DEFAULT_RULE, checked_out
from domain.breakers.trip import Breaker, Decision, Mode, Step, Trip
from tests.unit.domain.exchange import OPENED

API = "api-1"
WAIT = timedelta(milliseconds=250)
MOMENT = timedelta(microseconds=1)


def told(circuit: Circuit, answer: Answer, after: timedelta = timedelta(0), round_: int | None = None) -> Step[Circuit]:
    number = circuit.round if round_ is None else round_
    return checked_out(circuit, number, answer, 250, API, OPENED + after)


OPEN = told(CLOSED, Answer.FAILED).state
PROBING = OPEN.admit(OPENED, DEFAULT_RULE).state


def test_the_first_checkout_that_waits_in_vain_opens_it() -> None:
    step = told(CLOSED, Answer.FAILED)
    assert step.state.phase is Phase.OPEN
    trip = Trip(Breaker.DATABASE_POOL, API, OPENED, Mode.ENFORCE, Decision.REJECT, {"waited_ms": 250})
    assert (step.decision, step.trip) == (Decision.REJECT, trip)


@pytest.mark.parametrize("answer", [Answer.GOOD, Answer.UNCOUNTED])
def test_others_leave_it_closed(answer: Answer) -> None:
    assert told(CLOSED, answer) == Step(CLOSED, Decision.PASS)


def test_one_probe_at_a_time_is_let_through() -> None:
    first = OPEN.admit(OPENED, DEFAULT_RULE)
    assert (first.decision, first.state.phase) == (Decision.PASS, Phase.HALF_OPEN)
    assert first.state.admit(OPENED + WAIT, DEFAULT_RULE) == Step(first.state, Decision.REJECT)


def test_a_probe_that_waits_in_vain_makes_way_for_the_next() -> None:
    step = told(PROBING, Answer.FAILED, WAIT)
    assert (step.state.phase, step.decision, step.trip) == (Phase.OPEN, Decision.PASS, None)
    probe = step.state.admit(OPENED + WAIT, DEFAULT_RULE)
    assert probe.decision is Decision.PASS
    assert probe.state.admit(OPENED + WAIT, DEFAULT_RULE).decision is Decision.REJECT


def test_a_probe_that_gets_a_connection_closes_it() -> None:
    step = told(PROBING, Answer.GOOD, WAIT)
    assert step.state.phase is Phase.CLOSED
    assert step.state.admit(OPENED + WAIT, DEFAULT_RULE).decision is Decision.PASS


def test_a_probe_that_was_given_up_makes_way_for_the_next() -> None:
    given_up = told(PROBING, Answer.UNCOUNTED).state
    assert given_up.admit(OPENED, DEFAULT_RULE).decision is Decision.PASS
    silent = OPENED + DEFAULT_RULE.patience
    assert PROBING.admit(silent - MOMENT, DEFAULT_RULE).decision is Decision.REJECT
    assert PROBING.admit(silent, DEFAULT_RULE).decision is Decision.PASS


@pytest.mark.parametrize("answer", Answer)
def test_those_that_waited_before_it_opened_change_nothing(answer: Answer) -> None:
    closed = told(PROBING, Answer.GOOD).state
    for circuit in (OPEN, PROBING, closed):
        assert told(circuit, answer, WAIT, round_=CLOSED.round) == Step(circuit, Decision.PASS)


def test_a_pool_that_flaps_is_told_once_a_minute() -> None:
    closed = told(PROBING, Answer.GOOD).state
    again = told(closed, Answer.FAILED, DEFAULT_RULE.quiet_for - MOMENT)
    assert (again.state.phase, again.trip) == (Phase.OPEN, None)
    assert told(closed, Answer.FAILED, DEFAULT_RULE.quiet_for).trip


def test_in_shadow_nothing_is_refused() -> None:
    shadow = replace(DEFAULT_RULE, mode=Mode.SHADOW)
    step = checked_out(CLOSED, 0, Answer.FAILED, 250, API, OPENED, shadow)
    assert step.decision is Decision.ALERT
    assert PROBING.admit(OPENED, shadow).decision is Decision.ALERT
