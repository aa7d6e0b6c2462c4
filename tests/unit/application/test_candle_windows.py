"""Windows of candles: aligned, half-open, bounded."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from application.trading.reading.candles import MAX_CANDLES, CandleWindow, Interval
from domain.shared.errors import Invalid

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("interval", "minutes"),
    [(Interval.MINUTE, 1), (Interval.FIVE_MINUTES, 5), (Interval.HOUR, 60), (Interval.DAY, 24 * 60)],
)
def test_a_window_covers_whole_candles(interval: Interval, minutes: int) -> None:
    length = timedelta(minutes=minutes)
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    assert interval.length == length
    exact = CandleWindow.around(interval, midnight, midnight + 3 * length)
    assert (exact.since, exact.until) == (midnight, midnight + 3 * length)
    assert CandleWindow.around(interval, midnight + TICK, midnight + 3 * length - TICK) == exact
    wider = CandleWindow.around(interval, midnight - TICK, midnight + 3 * length + TICK)
    assert (wider.since, wider.until) == (midnight - length, midnight + 4 * length)


def test_candles_are_aligned_to_utc_whatever_the_zone() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    since = datetime(2026, 3, 1, 12, tzinfo=india)
    window = CandleWindow.around(Interval.DAY, since, since + timedelta(hours=1))
    assert (window.since, window.until) == (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))


def test_the_longest_window() -> None:
    longest = MAX_CANDLES * timedelta(hours=1)
    assert CandleWindow.around(Interval.HOUR, NOON, NOON + longest).until == NOON + longest
    with pytest.raises(Invalid) as refused:
        CandleWindow.around(Interval.HOUR, NOON, NOON + longest + TICK)
    assert (refused.value.code, refused.value.details["candles"]) == ("WINDOW_TOO_LONG", MAX_CANDLES + 1)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (NOON, NOON),
        (NOON, NOON - TICK),
        (datetime(1969, 12, 31, 23, 59, tzinfo=UTC), NOON),
        (datetime.min.replace(tzinfo=UTC), NOON),
        (datetime.max.replace(tzinfo=UTC) - TICK, datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_times_that_no_window_has(since: datetime, until: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        CandleWindow.around(Interval.DAY, since, until)
    assert refused.value.code == "WINDOW"


def test_a_window_at_either_end_of_time() -> None:
    first = datetime(1970, 1, 1, tzinfo=UTC)
    assert CandleWindow.around(Interval.DAY, first, first + TICK).since == first
    last = datetime(9999, 1, 1, tzinfo=UTC)
    assert CandleWindow.around(Interval.DAY, last - TICK, last).until == last
