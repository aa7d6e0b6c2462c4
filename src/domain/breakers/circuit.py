"""A circuit: closed while all is well, open after a trip, then half-open until enough trials have succeeded.

A circuit is small and plain, so that processes can share one: each change is made by comparing the whole of it with
what was read, and made again where another process was first.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.breakers.trip import Breaker, Decision, Mode, Reset, Step, Trip, require_rule
from domain.shared.administration import Actor, Facts
from domain.shared.value import value

MOST_TRIALS = 1_000
LONGEST = timedelta(hours=1)


class Phase(StrEnum):
    """Where a circuit stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Answer(StrEnum):
    """What came of a request that was let through.

    UNCOUNTED is one that was the caller's own fault, or given up before it told anything.
    """

    GOOD = "good"
    FAILED = "failed"
    UNCOUNTED = "uncounted"


@value
class CircuitRule:
    """It is open for `open_for`, and then closes when `trials` requests have succeeded, the first failure opening it
    again. Trials that have told nothing `patience` after the last one began are given up. No other trip is told for
    `quiet_for` after one was.

    Raises Invalid when built with values out of bounds.
    """

    open_for: timedelta
    trials: int
    mode: Mode = Mode.ENFORCE
    patience: timedelta = timedelta(minutes=1)
    quiet_for: timedelta = timedelta(minutes=1)

    def __post_init__(self) -> None:
        whole = type(self.trials) is int
        require_rule(whole and 0 < self.trials <= MOST_TRIALS, f"Give 1 to {MOST_TRIALS} trials.")
        lengths = (self.open_for, self.quiet_for)
        within = all(timedelta() <= length <= LONGEST for length in lengths) and timedelta() < self.patience <= LONGEST
        require_rule(within, f"Give times of up to {LONGEST.seconds} s, and some patience.")


@value
class Circuit:
    """A circuit's phase, and the number of its `round`, which rises with each change of phase.

    `until` is when an open circuit begins its trials, or when one that is half-open gives up those that told nothing.
    `trials` are under way or have succeeded, `succeeded` of them.
    """

    phase: Phase = Phase.CLOSED
    round: int = 0
    until: datetime | None = None
    trials: int = 0
    succeeded: int = 0
    quiet_until: datetime | None = None

    def admit(self, now: datetime, rule: CircuitRule) -> Step["Circuit"]:
        """A request begins. What comes of one with PASS is due to `conclude`, with the round of this step's state.

        One that is refused changes nothing, nor does one with ALERT, which would be.
        """
        if not rule.mode.watching:
            return Step(self, Decision.REJECT if rule.mode is Mode.FORCED_OPEN else Decision.PASS)
        if self.phase is Phase.CLOSED:
            return Step(self, Decision.PASS)
        if self.phase is Phase.HALF_OPEN and self.trials < rule.trials:
            return Step(replace(self, trials=self.trials + 1, until=now + rule.patience), Decision.PASS)
        if self.until is not None and now < self.until:
            return Step(self, rule.mode.allowed(Decision.REJECT))
        return Step(replace(self._next(Phase.HALF_OPEN, now + rule.patience), trials=1), Decision.PASS)

    def conclude(self, round_: int, answer: Answer, now: datetime, rule: CircuitRule) -> "Circuit":
        """What came of a trial of a round; of an earlier round, it changes nothing. One that is not counted makes
        room for another."""
        if self.phase is not Phase.HALF_OPEN or round_ != self.round or not rule.mode.watching:
            return self
        if answer is Answer.FAILED:
            return self._next(Phase.OPEN, now + rule.open_for)
        if answer is Answer.UNCOUNTED:
            return replace(self, trials=self.trials - 1)
        if self.succeeded + 1 >= rule.trials:
            return self._next(Phase.CLOSED)
        return replace(self, succeeded=self.succeeded + 1)

    def trip(self, breaker: Breaker, scope: str, now: datetime, rule: CircuitRule, evidence: Facts) -> Step["Circuit"]:
        """Open it; one that is not closed stays as it is."""
        if self.phase is not Phase.CLOSED or not rule.mode.watching:
            return Step(self, Decision.PASS)
        decision = rule.mode.allowed(Decision.REJECT)
        opened = self._next(Phase.OPEN, now + rule.open_for)
        if self.quiet_until is not None and now < self.quiet_until:
            return Step(opened, decision)
        trip = Trip(breaker, scope, now, rule.mode, decision, evidence)
        return Step(replace(opened, quiet_until=now + rule.quiet_for), decision, trip)

    def reset(self, breaker: Breaker, scope: str, actor: Actor, now: datetime) -> tuple["Circuit", Reset]:
        """Close it at once; what was counted before is forgotten with its round."""
        return Circuit(round=self.round + 1), Reset(breaker, scope, now, actor)

    def _next(self, phase: Phase, until: datetime | None = None) -> "Circuit":
        return Circuit(phase, self.round + 1, until, quiet_until=self.quiet_until)


CLOSED = Circuit()
