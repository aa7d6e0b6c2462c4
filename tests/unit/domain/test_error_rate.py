"""Too many requests that fail, and the counts by which this is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.breakers.circuit import CLOSED, Answer, Circuit, CircuitRule, Phase
from domain.breakers.counts import Counts, Totals
from domain.breakers.error_rate import DEFAULT_RULE, ErrorRateRule, tally
from domain.breakers.slots import LONGEST_WINDOW, SLOT
from domain.breakers.trip import SERVICE, Breaker, Decision, Mode, Step, Trip
from domain.shared.errors import Invalid
from tests.unit.domain.exchange import OPENED

MOMENT = timedelta(microseconds=1)
WINDOW = DEFAULT_RULE.window
NOTHING = Counts()


def counted(*answers: tuple[Answer, timedelta], start: Counts = NOTHING) -> Counts:
    counts = start
    for answer, at in answers:
        counts = counts.add(counts.round, answer, OPENED + at, WINDOW)
    return counts


@pytest.mark.parametrize(
    ("requests", "failures", "trips"),
    [
        (100, 5, False),
        (100, 6, True),
        (99, 99, False),
        (120, 6, False),
        (119, 6, True),
        (2_000_000, 100_000, False),
        (2_000_000, 100_001, True),
        (0, 0, False),
        (100, 0, False),
    ],
)
def test_more_than_5_per_cent_of_at_least_100(requests: int, failures: int, trips: bool) -> None:
    step = tally(CLOSED, Totals(0, requests, failures), OPENED)
    assert (step.decision is Decision.REJECT, step.trip is not None) == (trips, trips)
    assert step.state.phase is (Phase.OPEN if trips else Phase.CLOSED)


def test_a_trip_tells_what_it_saw() -> None:
    step = tally(CLOSED, Totals(0, 100, 6), OPENED)
    evidence = {"requests": 100, "failures": 6, "rate_bps": 500, "window_seconds": 300}
    assert step.trip == Trip(Breaker.ERROR_RATE, SERVICE, OPENED, Mode.ENFORCE, Decision.REJECT, evidence)
    assert step.state.until == OPENED + timedelta(seconds=60)


@pytest.mark.parametrize("round_", [1, 3])
def test_totals_of_another_round_change_nothing(round_: int) -> None:
    closed = Circuit(round=2)
    assert tally(closed, Totals(round_, 100, 100), OPENED) == Step(closed, Decision.PASS)


def test_what_is_open_does_not_trip_again() -> None:
    opened = tally(CLOSED, Totals(0, 100, 6), OPENED).state
    assert tally(opened, Totals(1, 100, 100), OPENED) == Step(opened, Decision.PASS)


def test_answers_are_counted() -> None:
    at = timedelta(0)
    counts = counted((Answer.GOOD, at), (Answer.FAILED, at), (Answer.GOOD, 3 * SLOT), (Answer.FAILED, 3 * SLOT))
    assert counts.totals(OPENED + 3 * SLOT, WINDOW) == Totals(0, 4, 2)
    assert len(counts.slots) == 2
    assert NOTHING.totals(OPENED, WINDOW) == Totals(0, 0, 0)


def test_what_is_not_counted_changes_nothing() -> None:
    counts = counted((Answer.GOOD, timedelta(0)))
    assert counts.add(0, Answer.UNCOUNTED, OPENED, WINDOW) is counts
    assert counts.add(1, Answer.UNCOUNTED, OPENED, WINDOW) is counts


def test_a_later_round_begins_with_nothing_and_an_earlier_one_is_over() -> None:
    old = counted((Answer.FAILED, timedelta(0)))
    new = old.add(2, Answer.GOOD, OPENED, WINDOW)
    assert new.totals(OPENED, WINDOW) == Totals(2, 1, 0)
    assert new.add(0, Answer.FAILED, OPENED, WINDOW) is new


def test_the_window_has_five_minutes_and_less_than_a_slot_more() -> None:
    for at in (timedelta(0), SLOT - MOMENT):
        counts = counted((Answer.FAILED, at))
        assert counts.totals(OPENED + WINDOW + SLOT - MOMENT, WINDOW) == Totals(0, 1, 1)
        assert counts.totals(OPENED + WINDOW + SLOT, WINDOW) == Totals(0, 0, 0)


def test_what_is_too_old_is_forgotten() -> None:
    counts = counted(*[(Answer.GOOD, number * SLOT) for number in range(200)])
    assert len(counts.slots) == len(counts.requests) == len(counts.failures) == WINDOW // SLOT + 1 == 21


def test_a_clock_that_is_behind_counts_in_the_newest_slot() -> None:
    counts = counted((Answer.GOOD, 2 * SLOT), (Answer.FAILED, timedelta(0)))
    assert (len(counts.slots), counts.requests, counts.failures) == (1, (2,), (1,))


@pytest.mark.parametrize(
    "build",
    [
        lambda: ErrorRateRule(rate_bps=-1),
        lambda: ErrorRateRule(rate_bps=10_000),
        lambda: ErrorRateRule(rate_bps=5.0),  # type: ignore[arg-type]
        lambda: ErrorRateRule(least=0),
        lambda: ErrorRateRule(least=1.5),  # type: ignore[arg-type]
        lambda: ErrorRateRule(window=SLOT - MOMENT),
        lambda: ErrorRateRule(window=SLOT * 3 / 2),
        lambda: ErrorRateRule(window=LONGEST_WINDOW + SLOT),
    ],
)
def test_unusable_settings_are_refused(build: Callable[[], ErrorRateRule]) -> None:
    with pytest.raises(Invalid) as refused:
        build()
    assert refused.value.code == "BREAKER_RULE"


def test_by_default_it_is_open_for_60_seconds_and_has_10_trials() -> None:
    assert DEFAULT_RULE.circuit == CircuitRule(timedelta(seconds=60), 10)


def test_in_shadow_it_is_told() -> None:
    rule = ErrorRateRule(replace(DEFAULT_RULE.circuit, mode=Mode.SHADOW))
    step = tally(CLOSED, Totals(0, 100, 6), OPENED, rule)
    assert step.decision is Decision.ALERT
    assert step.trip
