"""Requests and their failures in the last minutes.

Counts of slots only ever add up: processes that share them increase two numbers for each round and slot, and sum those
of the slots from `slot_at(now - window)` on.
"""

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.breakers.circuit import Answer
from domain.breakers.slots import slot_at
from domain.shared.value import value


class Totals(NamedTuple):
    """How many requests of a circuit's round there were within a window, and how many of them failed."""

    round: int
    requests: int
    failures: int


@value
class Counts:
    """The requests of one round of a circuit, by the slot in which they were answered."""

    round: int = 0
    slots: tuple[int, ...] = ()
    requests: tuple[int, ...] = ()
    failures: tuple[int, ...] = ()

    def add(self, round_: int, answer: Answer, now: datetime, window: timedelta) -> "Counts":
        """With one more request; the first of a later round is the first of all, and one of an earlier counts not."""
        if round_ < self.round or answer is Answer.UNCOUNTED:
            return self
        if round_ > self.round:
            return Counts(round_).add(round_, answer, now, window)
        failed, slot = int(answer is Answer.FAILED), slot_at(now)
        live = bisect_left(self.slots, slot_at(now - window))
        slots, requests, failures = self.slots[live:], self.requests[live:], self.failures[live:]
        if not slots or slots[-1] < slot:
            return Counts(round_, (*slots, slot), (*requests, 1), (*failures, failed))
        return Counts(round_, slots, (*requests[:-1], requests[-1] + 1), (*failures[:-1], failures[-1] + failed))

    def totals(self, now: datetime, window: timedelta) -> Totals:
        """All within a window that ends now."""
        live = bisect_left(self.slots, slot_at(now - window))
        return Totals(self.round, sum(self.requests[live:]), sum(self.failures[live:]))
