"""Rules for rapid price moves with one fault each, written as somebody might by mistake."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.breakers.price_move import PriceMove, PriceMoveRule
from domain.breakers.slots import SLOT
from domain.breakers.trip import Decision, Step
from domain.breakers.window import NO_PRICES, PriceWindow
from tests.property.price_model import judged

Judged = Step[PriceMove]


def trips_at_the_threshold(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    return judged(state, before, after, now, replace(rule, threshold=rule.threshold - 1))


def trips_a_millionth_late(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    return judged(state, before, after, now, replace(rule, threshold=rule.threshold + 1))


def looks_at_the_last_trade(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    return judged(state if before == after else replace(state, window=NO_PRICES), before, after, now, rule)


def forgets_where_it_stood(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    """Only what trades led to is kept, and not what was in force before them."""
    step = judged(state, before, after, now, rule)
    if step.decision is Decision.PASS and before != after:
        return step._replace(state=replace(state, window=state.window.at(now, rule.window).noting(after, after)))
    return step


def forgets_a_slot_too_early(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    window = state.window if before == after else state.window.at(now, rule.window - SLOT)
    return judged(replace(state, window=window), before, after, now, rule)


def keeps_a_slot_too_long(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    window = state.window if before == after else state.window.at(now, rule.window + SLOT)
    return judged(replace(state, window=window), before, after, now, rule)


def forgets_the_past(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    """A new slot takes the place of all others."""
    step = judged(state, before, after, now, rule)
    if before == after:
        return step
    return step._replace(state=replace(step.state, window=PriceWindow.of(step.state.window.records[-1:])))


def forgets_the_lows(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    step = judged(state, before, after, now, rule)
    if before == after:
        return step
    records = [(slot, high, high) for slot, _, high in step.state.window.records]
    return step._replace(state=replace(step.state, window=PriceWindow.of(records)))


def goes_by_relation(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    relative = abs(after - before) * 1_000_000 > rule.threshold * max(before, 1)
    return judged(state, before, after, now, replace(rule, threshold=1 if relative else 999_999))


def goes_on_after_a_halt(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    """The window does not start afresh."""
    step = judged(state, before, after, now, rule)
    if step.decision is Decision.HALT:
        return step._replace(state=replace(step.state, window=state.window.at(now, rule.window).noting(before, before)))
    return step


def notes_what_it_rejects(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    step = judged(state, before, after, now, rule)
    if step.decision is Decision.REJECT:
        return step._replace(state=replace(step.state, window=state.window.at(now, rule.window).noting(after, after)))
    return step


def forgets_what_it_lets_through(
    state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule
) -> Judged:
    step = judged(state, before, after, now, rule)
    if step.decision is Decision.ALERT:
        return step._replace(state=replace(step.state, window=state.window))
    return step


def tells_everything(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    return judged(state if before == after else replace(state, quiet_until=None), before, after, now, rule)


def is_quiet_for_ever(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    step = judged(state, before, after, now, rule)
    if step.trip and step.state.quiet_until:
        return step._replace(state=replace(step.state, quiet_until=now + timedelta(days=1)))
    return step


def pauses_too_short(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Judged:
    return judged(state, before, after, now, replace(rule, pause=rule.pause - timedelta(microseconds=1)))
