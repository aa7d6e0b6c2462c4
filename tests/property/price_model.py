"""A window of probabilities that keeps every point, against which the bounded one is held."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.breakers.packed import pack, unpack
from domain.breakers.price_move import NO_MOVES, PriceMove, PriceMoveRule
from domain.breakers.slots import EPOCH, SLOT
from domain.breakers.trip import Decision, Step
from domain.shared.money import MILLION
from tests.unit.domain.exchange import MARKET, OPENED

MOMENT = timedelta(microseconds=1)
HEAD_BYTES = 20
SLOT_BYTES = 6

Judge = Callable[[PriceMove, int, int, datetime, PriceMoveRule], Step[PriceMove]]


class Standing(NamedTuple):
    """A probability, and when it was left."""

    probability: int
    left_at: datetime


class Try(NamedTuple):
    """A trade some time later, to a probability so far from the edge of what the rule allows; up or down.

    Where `again` is given, the time is that at which one of the points is as old as the window, and `wait` beside it.
    """

    wait: timedelta
    again: int | None
    up: bool
    beyond: int


@dataclass(slots=True)
class EveryPoint:
    """All that the probability of a market ever was, since its window began afresh."""

    probability: int
    points: list[Standing] = field(default_factory=list)

    def moved(self, after: int, since: datetime) -> int:
        """How far from the low, or the high, of what was in force from a moment on a trade would lead."""
        stood = [point.probability for point in self.points if point.left_at >= since]
        stood.append(self.probability)
        return after - min(stood) if after > self.probability else max(stood) - after

    def edge(self, up: bool, since: datetime, threshold: int) -> int:
        """The farthest probability that is not over."""
        stood = [self.probability, *(point.probability for point in self.points if point.left_at >= since)]
        return min(stood) + threshold if up else max(stood) - threshold

    def move(self, after: int, now: datetime) -> None:
        self.points.append(Standing(self.probability, now))
        self.probability = after


def beginning_of_slot(moment: datetime) -> datetime:
    return moment - (moment - EPOCH) % SLOT


@dataclass(slots=True)
class Watched:
    """A market under a rule, and what is told of it, beside every point of it."""

    judge: Judge
    rule: PriceMoveRule
    model: EveryPoint
    state: PriceMove = NO_MOVES
    now: datetime = OPENED
    told_at: datetime | None = None
    seen: Counter[str] = field(default_factory=Counter)

    def attempt(self, each: Try) -> None:
        self.now = self.time_of(each)
        if not self.state.admit(self.now, self.rule).lets_through:
            self.now = self.state.paused_until or self.now
        before, since = self.model.probability, beginning_of_slot(self.now - self.rule.window)
        after = min(max(self.model.edge(each.up, since, self.rule.threshold) + each.beyond, 0), MILLION)
        moved = self.model.moved(after, since)
        step = self.judge(self.state, before, after, self.now, self.rule)
        if before == after:
            assert step == Step(self.state, Decision.PASS), "no move, and not nothing"
            return
        self.decides(step, moved, self.model.moved(after, self.now - self.rule.window + MOMENT))
        self.tells(step, moved)
        self.goes_on(step, before, after)

    def time_of(self, each: Try) -> datetime:
        if each.again is None or not self.model.points:
            return self.now + abs(each.wait)
        left_at = self.model.points[each.again % len(self.model.points)].left_at
        return max(self.now, left_at + self.rule.window + each.wait)

    def decides(self, step: Step[PriceMove], moved: int, strictly: int) -> None:
        over = moved > self.rule.threshold
        assert strictly <= self.rule.threshold or step.decision is not Decision.PASS, "a move was missed"
        assert step.decision is (self.rule.mode.allowed(self.rule.response) if over else Decision.PASS), "decided"
        self.seen[step.decision] += 1
        self.seen["only in the slot"] += strictly <= self.rule.threshold < moved

    def tells(self, step: Step[PriceMove], moved: int) -> None:
        over = step.decision is not Decision.PASS
        quiet = self.told_at is not None and self.now - self.told_at < self.rule.window
        told = over and (step.decision is Decision.HALT or not quiet)
        assert (step.trip is not None) == told, "told otherwise"
        assert step.trip is None or step.trip.evidence["moved"] == moved, "other evidence"
        self.told_at = self.now if told else self.told_at
        self.seen["told" if told else "not told again" if over else "nothing to tell"] += 1

    def goes_on(self, step: Step[PriceMove], before: int, after: int) -> None:
        if step.decision is Decision.HALT:
            assert step.state.paused_until == self.now + self.rule.pause, "another pause"
            self.model, self.told_at = EveryPoint(before), None
        elif step.decision.lets_through:
            self.model.move(after, self.now)
        self.state, packed = step.state, pack(step.state)
        assert unpack(packed) == self.state, "packed otherwise"
        assert len(packed) <= HEAD_BYTES + SLOT_BYTES * (self.rule.window // SLOT + 1), "too many bytes"


def agrees_with_every_point(judge: Judge, rule: PriceMoveRule, start: int, tries: Sequence[Try]) -> Counter[str]:
    """The bounded window sees what a window of every point sees that reaches back to the beginning of a slot: all of
    the last minutes that the rule names, and less than a slot more. What was met in the tries is returned."""
    watched = Watched(judge, rule, EveryPoint(start))
    for each in tries:
        watched.attempt(each)
    return watched.seen


def judged(state: PriceMove, before: int, after: int, now: datetime, rule: PriceMoveRule) -> Step[PriceMove]:
    """The rule itself."""
    return state.judge(MARKET, before, after, now, rule)
