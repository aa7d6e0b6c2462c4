"""Moves of a probability that are too far too fast, to the millionth and the microsecond."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.breakers.price_move import LONGEST_PAUSE, NO_MOVES, PriceMove, PriceMoveRule, reset
from domain.breakers.slots import LONGEST_WINDOW, SLOT, slot_at
from domain.breakers.trip import Breaker, Decision, Mode, Reset, Step, Trip
from domain.shared.administration import Actor, Facts
from domain.shared.errors import Invalid
from domain.shared.money import MILLION
from tests.unit.domain.exchange import ALICE, MARKET, OPENED

MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
ALERTING = PriceMoveRule()
REJECTING = PriceMoveRule(response=Decision.REJECT)
HALTING = PriceMoveRule(response=Decision.HALT)
WINDOW = ALERTING.window
POINTS = 10_000


def judge(
    state: PriceMove, before: int, after: int, at: timedelta = timedelta(0), rule: PriceMoveRule = HALTING
) -> Step[PriceMove]:
    """A trade between two probabilities in points, so long after the market opened."""
    return state.judge(MARKET, before * POINTS, after * POINTS, OPENED + at, rule)


def moved(*prices: tuple[int, timedelta], start: int = 50) -> PriceMove:
    """The state of a market after trades that led to these points at these times."""
    state, before = NO_MOVES, start
    for after, at in prices:
        state = judge(state, before, after, at).state
        before = after
    return state


def test_30_points_exactly_are_not_over() -> None:
    for before, after in ((500_000, 800_000), (500_000, 200_000)):
        step = NO_MOVES.judge(MARKET, before, after, OPENED, HALTING)
        assert (step.decision, step.trip) == (Decision.PASS, None)


@pytest.mark.parametrize(("before", "after"), [(500_000, 800_001), (500_000, 199_999), (0, MILLION), (MILLION, 0)])
def test_a_millionth_more_is_over(before: int, after: int) -> None:
    step = NO_MOVES.judge(MARKET, before, after, OPENED, HALTING)
    assert step.decision is Decision.HALT
    evidence: Facts = {
        "before": before,
        "after": after,
        "moved": abs(after - before),
        "threshold": 300_000,
        "window_seconds": 300,
        "response": "halt",
    }
    assert step.trip == Trip(Breaker.PRICE_MOVE, str(MARKET), OPENED, Mode.ENFORCE, Decision.HALT, evidence)


def test_points_count_and_not_parts() -> None:
    """From 90 to 63 is a fall of 30 %, and its complement rises by 270 %: 27 points either way."""
    assert judge(NO_MOVES, 90, 63).decision is Decision.PASS
    assert judge(NO_MOVES, 10, 37).decision is Decision.PASS
    assert judge(NO_MOVES, 10, 40).decision is Decision.PASS


def test_small_moves_add_up() -> None:
    rising = moved((60, MINUTE), (70, 2 * MINUTE), (80, 3 * MINUTE))
    assert judge(rising, 80, 81, 4 * MINUTE).decision is Decision.HALT
    falling = moved((40, MINUTE), (30, 2 * MINUTE), (20, 3 * MINUTE))
    assert judge(falling, 20, 19, 4 * MINUTE).decision is Decision.HALT


def test_a_rise_is_held_against_the_low_and_a_fall_against_the_high() -> None:
    state = moved((35, MINUTE), (60, 2 * MINUTE))
    assert judge(state, 60, 65, 3 * MINUTE).decision is Decision.PASS
    assert judge(state, 60, 66, 3 * MINUTE).decision is Decision.HALT
    assert judge(state, 60, 30, 3 * MINUTE).decision is Decision.PASS
    assert judge(state, 60, 29, 3 * MINUTE).decision is Decision.HALT


def test_a_trade_that_leads_back_is_never_over() -> None:
    far = judge(moved((60, MINUTE)), 60, 85, 2 * MINUTE, ALERTING).state
    assert judge(far, 85, 84, 2 * MINUTE).decision is Decision.PASS
    assert judge(far, 85, 86, 2 * MINUTE).decision is Decision.HALT


def test_a_probability_that_stood_long_is_in_the_window_while_it_was_in_force() -> None:
    """It was set an hour ago and left less than five minutes ago."""
    hour = timedelta(hours=1)
    state = moved((60, -hour), (79, timedelta(0)), start=49)
    assert judge(state, 79, 90, WINDOW - MOMENT).decision is Decision.PASS
    assert judge(state, 79, 91, WINDOW - MOMENT).decision is Decision.HALT


def test_a_quiet_market_is_held_against_where_it_stands() -> None:
    state = moved((60, timedelta(0)))
    later = timedelta(days=3)
    assert judge(state, 60, 90, later).decision is Decision.PASS
    assert judge(state, 60, 91, later).decision is Decision.HALT


def test_the_window_has_five_minutes_and_less_than_a_slot_more() -> None:
    """The market opened as a slot began: what was left in its first moment stays until all of the slot is old."""
    assert slot_at(OPENED) > slot_at(OPENED - MOMENT)
    first, last = moved((70, timedelta(0))), moved((70, SLOT - MOMENT))
    for state in (first, last):
        assert judge(state, 70, 81, WINDOW + SLOT - MOMENT).decision is Decision.HALT
        assert judge(state, 70, 81, WINDOW + SLOT).decision is Decision.PASS


def test_a_probability_leaves_the_window_and_the_others_stay() -> None:
    state = moved((55, timedelta(0)), (60, MINUTE), (75, 2 * MINUTE))
    gone = WINDOW + SLOT
    assert judge(state, 75, 85, gone).decision is Decision.PASS
    assert judge(state, 75, 86, gone).decision is Decision.HALT
    assert judge(state, 75, 90, MINUTE + gone).decision is Decision.PASS
    assert judge(state, 75, 91, MINUTE + gone).decision is Decision.HALT


def test_a_clock_that_is_behind_counts_in_the_newest_slot() -> None:
    state = moved((60, 2 * MINUTE))
    behind = judge(state, 60, 70, MINUTE)
    assert behind.state.window.records == ((slot_at(OPENED + 2 * MINUTE), 50 * POINTS, 70 * POINTS),)
    assert judge(behind.state, 70, 81, 2 * MINUTE).decision is Decision.HALT


def test_the_window_is_bounded() -> None:
    state, rule = NO_MOVES, replace(ALERTING, window=LONGEST_WINDOW)
    for number in range(500):
        now = OPENED + number * timedelta(seconds=7)
        state = state.judge(MARKET, 500_000 + number, 500_001 + number, now, rule).state
    assert len(state.window.records) == LONGEST_WINDOW // SLOT + 1 == 61


@pytest.mark.parametrize("rule", [ALERTING, REJECTING, HALTING])
def test_what_does_not_move_the_probability_is_let_through(rule: PriceMoveRule) -> None:
    state = moved((75, MINUTE))
    assert judge(state, 75, 75, 2 * MINUTE, rule) == Step(state, Decision.PASS)


def test_a_move_within_what_is_known_writes_nothing() -> None:
    state = moved((60, timedelta(0)))
    assert judge(state, 60, 55, MOMENT).state is state
    assert judge(state, 60, 61, MOMENT).state is not state
    assert judge(state, 60, 55, SLOT).state is not state


def test_an_alert_lets_the_trade_through_and_is_told_once_in_a_window() -> None:
    over = judge(NO_MOVES, 50, 81, timedelta(0), ALERTING)
    assert over.decision is Decision.ALERT
    assert over.decision.lets_through
    assert over.trip
    again = judge(over.state, 81, 85, WINDOW - MOMENT, ALERTING)
    assert (again.decision, again.trip) == (Decision.ALERT, None)
    later = judge(again.state, 85, 50, WINDOW, ALERTING)
    assert later.decision is Decision.ALERT
    assert later.trip
    assert later.trip.at == OPENED + WINDOW


def test_a_rejected_trade_leaves_the_window_alone_and_is_told_once_in_a_window() -> None:
    over = judge(NO_MOVES, 50, 81, timedelta(0), REJECTING)
    assert over.decision is Decision.REJECT
    assert not over.decision.lets_through
    assert over.trip
    assert over.state.window == NO_MOVES.window
    again = judge(over.state, 50, 99, WINDOW - MOMENT, REJECTING)
    assert again == Step(over.state, Decision.REJECT)
    assert again.state is over.state
    assert judge(over.state, 50, 80, MINUTE, REJECTING).decision is Decision.PASS
    assert judge(over.state, 50, 81, WINDOW, REJECTING).trip


def test_a_halt_pauses_the_market_for_five_minutes() -> None:
    halted = judge(NO_MOVES, 50, 81).state
    assert halted.paused_until == OPENED + timedelta(minutes=5)
    assert halted.admit(OPENED, HALTING) is Decision.REJECT
    assert halted.admit(OPENED + HALTING.pause - MOMENT, HALTING) is Decision.REJECT
    assert halted.admit(OPENED + HALTING.pause, HALTING) is Decision.PASS
    assert NO_MOVES.admit(OPENED, HALTING) is Decision.PASS


def test_after_a_halt_the_window_starts_afresh() -> None:
    halted = judge(moved((70, timedelta(0))), 70, 81, timedelta(0)).state
    assert judge(halted, 70, 99, HALTING.pause).decision is Decision.PASS
    assert judge(halted, 70, 40, HALTING.pause).decision is Decision.PASS
    again = judge(halted, 70, 39, HALTING.pause)
    assert again.decision is Decision.HALT
    assert again.trip


def test_a_halt_is_always_told() -> None:
    alerted = judge(NO_MOVES, 50, 81, timedelta(0), ALERTING).state
    assert judge(alerted, 81, 85, MINUTE, HALTING).trip
    short = replace(HALTING, pause=MOMENT)
    assert judge(judge(NO_MOVES, 50, 81, rule=short).state, 50, 81, MOMENT, short).trip


def test_a_reset_ends_the_pause_and_the_window() -> None:
    actor = Actor(ALICE, "It was the news.")
    assert reset(MARKET, actor, OPENED) == (NO_MOVES, Reset(Breaker.PRICE_MOVE, str(MARKET), OPENED, actor))


@pytest.mark.parametrize("rule", [ALERTING, REJECTING, HALTING])
def test_in_shadow_people_are_told_and_that_is_all(rule: PriceMoveRule) -> None:
    shadow = replace(rule, mode=Mode.SHADOW)
    step = judge(NO_MOVES, 50, 81, rule=shadow)
    assert step.decision is Decision.ALERT
    assert step.trip
    assert (step.trip.mode, step.trip.decision) == (Mode.SHADOW, Decision.ALERT)
    assert step.trip.evidence["response"] == rule.response
    assert step.state.admit(OPENED, shadow) is Decision.PASS
    assert judge(NO_MOVES, 50, 81).state.admit(OPENED, shadow) is Decision.ALERT


def test_disabled_it_sees_nothing() -> None:
    disabled = replace(HALTING, mode=Mode.DISABLED)
    assert judge(NO_MOVES, 0, 100, rule=disabled) == Step(NO_MOVES, Decision.PASS)
    assert judge(NO_MOVES, 50, 81).state.admit(OPENED, disabled) is Decision.PASS


def test_forced_open_it_takes_no_orders() -> None:
    forced = replace(ALERTING, mode=Mode.FORCED_OPEN)
    assert NO_MOVES.admit(OPENED, forced) is Decision.REJECT
    assert judge(NO_MOVES, 0, 100, rule=forced).state is NO_MOVES


@pytest.mark.parametrize(
    "build",
    [
        lambda: PriceMoveRule(response=Decision.PASS),
        lambda: PriceMoveRule(threshold=0),
        lambda: PriceMoveRule(threshold=MILLION),
        lambda: PriceMoveRule(threshold=0.3),  # type: ignore[arg-type]
        lambda: PriceMoveRule(threshold=True),
        lambda: PriceMoveRule(window=SLOT - MOMENT),
        lambda: PriceMoveRule(window=SLOT + MOMENT),
        lambda: PriceMoveRule(window=LONGEST_WINDOW + SLOT),
        lambda: PriceMoveRule(pause=timedelta(0)),
        lambda: PriceMoveRule(pause=LONGEST_PAUSE + MOMENT),
    ],
)
def test_unusable_settings_are_refused(build: Callable[[], PriceMoveRule]) -> None:
    with pytest.raises(Invalid) as refused:
        build()
    assert refused.value.code == "BREAKER_RULE"


def test_the_bounds_of_settings_are_usable() -> None:
    assert PriceMoveRule(threshold=1, window=SLOT, pause=MOMENT).threshold == 1
    assert PriceMoveRule(threshold=MILLION - 1, window=LONGEST_WINDOW, pause=LONGEST_PAUSE).pause == LONGEST_PAUSE
