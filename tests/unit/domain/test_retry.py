"""When a job that failed is tried again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.jobs.retry import (
    DEFAULT_RETRIES,
    LONGEST_DELAY,
    MOST_FACTOR,
    MOST_RETRIES,
    Delays,
    Exponential,
    RetrySchedule,
)
from domain.shared.errors import Invalid

MOMENT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


def delays(schedule: RetrySchedule, count: int) -> list[timedelta | None]:
    return [schedule.after(failures) for failures in range(1, count + 1)]


def test_by_default_after_1_5_and_30_seconds_and_then_no_more() -> None:
    expected = [timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), None, None]
    assert delays(DEFAULT_RETRIES, 5) == expected


def test_a_schedule_may_have_no_retry() -> None:
    assert delays(Delays(()), 2) == [None, None]
    assert delays(Exponential(SECOND, retries=0), 2) == [None, None]


def test_delays_grow_up_to_the_longest() -> None:
    schedule = Exponential(SECOND, retries=5, factor=3, longest=timedelta(seconds=20))
    assert delays(schedule, 7) == [SECOND, 3 * SECOND, 9 * SECOND, 20 * SECOND, 20 * SECOND, None, None]
    assert delays(Exponential(SECOND, retries=3, factor=1), 3) == [SECOND] * 3


def test_the_greatest_schedule_has_an_end() -> None:
    schedule = Exponential(LONGEST_DELAY, MOST_RETRIES, MOST_FACTOR, LONGEST_DELAY)
    assert delays(schedule, MOST_RETRIES) == [LONGEST_DELAY] * MOST_RETRIES
    assert schedule.after(MOST_RETRIES + 1) is None
    assert delays(Delays((LONGEST_DELAY,) * MOST_RETRIES), MOST_RETRIES) == [LONGEST_DELAY] * MOST_RETRIES


@pytest.mark.parametrize(
    "build",
    [
        lambda: Delays((-MOMENT,)),
        lambda: Delays((SECOND, LONGEST_DELAY + MOMENT)),
        lambda: Delays((SECOND,) * (MOST_RETRIES + 1)),
        lambda: Exponential(-MOMENT, 1),
        lambda: Exponential(SECOND, -1),
        lambda: Exponential(SECOND, MOST_RETRIES + 1),
        lambda: Exponential(SECOND, 1, factor=0),
        lambda: Exponential(SECOND, 1, factor=MOST_FACTOR + 1),
        lambda: Exponential(SECOND, 1, longest=LONGEST_DELAY + MOMENT),
        lambda: Exponential(2 * SECOND, 1, longest=SECOND),
    ],
)
def test_a_schedule_out_of_bounds_is_refused(build: Callable[[], RetrySchedule]) -> None:
    with pytest.raises(Invalid, match=r"^Give .*\.$") as refused:
        build()
    assert refused.value.code == "RETRY_SCHEDULE"
