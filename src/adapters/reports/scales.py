"""Where a chart has its marks: round figures, and round times of the calendar in UTC."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile

from adapters.reports.figures import short_day, short_month

MOST_FIGURES, MOST_TIMES = 6, 8

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_SPANS = (
    *(timedelta(seconds=number) for number in (10, 30)),
    *(_MINUTE * number for number in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * number for number in (1, 2, 3, 6, 12)),
    *(_DAY * number for number in (1, 2, 7, 14)),
)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200)
_MONTH = timedelta(days=30)
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


def figure_marks(low: int, high: int) -> Sequence[int]:
    """Round figures, at the same distances, from one at or below `low` to one at or above `high`."""
    step = 1
    while _count(low, high, step) > MOST_FIGURES:
        step = _next(step)
    first, last = low // step, -(-high // step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def time_marks(since: datetime, until: datetime) -> list[tuple[datetime, str]]:
    """Round times between two, with what is written at them."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    length = until - since
    for span in _SPANS:
        if length <= span * MOST_TIMES:
            return [(at, _label(at, span)) for at in _every(span, since, until)]
    months = next((each for each in _MONTHS if length <= _MONTH * each * MOST_TIMES), _MONTHS[-1])
    marks = takewhile(lambda at: at <= until, _each_months(since, months))
    return [(at, short_month(at) if months < _MONTHS[4] else str(at.year)) for at in marks if at >= since]


def _count(low: int, high: int, step: int) -> int:
    return -(-high // step) - low // step + 1


def _next(step: int) -> int:
    """1, 2, 5, 10, 20, 50 and so on."""
    return step * 5 // 2 if str(step)[0] == "2" else step * 2


def _every(span: timedelta, since: datetime, until: datetime) -> Iterator[datetime]:
    """Multiples of a span from a Monday on, or of less than a day from a midnight."""
    at = _MONDAY + (since - _MONDAY) // max(span, _DAY) * max(span, _DAY)
    while at <= until:
        if at >= since:
            yield at
        at += span


def _each_months(since: datetime, months: int) -> Iterator[datetime]:
    """The first of every so many months, from the beginning of a year on."""
    number = since.year * 12 // months * months
    while True:
        yield datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        number += months


def _label(at: datetime, span: timedelta) -> str:
    """The day, or within a day the time."""
    if span >= _DAY or at.time() == time():
        return short_day(at)
    return f"{at:%H:%M}" if span >= _MINUTE else f"{at:%H:%M:%S}"
