"""How a figure moved over time, in as many steps as a chart can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_STRETCHES = 480

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bounds of a figure in a stretch of time from `start` on, and where it ended."""

    start: datetime
    low: int
    high: int
    last: int


@dataclass(frozen=True, slots=True)
class Course:
    """A figure from `since` to `until`: it was `first`, then what each stretch says, and stood still between them."""

    since: datetime
    until: datetime
    first: int
    stretches: Sequence[Stretch] = ()


def width_of(since: datetime, until: datetime) -> timedelta:
    """How long each stretch is, for at most MOST_STRETCHES of them."""
    return (until - since) // MOST_STRETCHES + _MICROSECOND


class Track:
    """Follows a figure, given in the order of time, in bounded memory."""

    def __init__(self, since: datetime, until: datetime, first: int) -> None:
        self._since, self._until, self._first = since, until, first
        self._width = width_of(since, until)
        self._stretches: list[Stretch] = []

    def add(self, at: datetime, figure: int) -> None:
        """What the figure became at a time from `since` to just before `until`."""
        start = self._since + (at - self._since) // self._width * self._width
        last = self._stretches[-1] if self._stretches else None
        if last and last.start == start:
            self._stretches[-1] = Stretch(start, min(last.low, figure), max(last.high, figure), figure)
        else:
            self._stretches.append(Stretch(start, figure, figure, figure))

    def course(self) -> Course:
        """What was followed so far."""
        return Course(self._since, self._until, self._first, self._stretches)
