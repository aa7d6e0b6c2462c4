"""Marks of a chart: round, few, and all around what is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.reports.scales import MOST_FIGURES, MOST_TIMES, figure_marks, time_marks
from domain.shared.money import MAX_HOLDING, POINT

FIGURES = st.integers(0, MAX_HOLDING)
TIMES = st.timedeltas(timedelta(), timedelta(days=100_000)).map(lambda after: datetime(1970, 1, 1, tzinfo=UTC) + after)


@given(FIGURES, FIGURES)
def test_figures_are_round_and_around_what_is_shown(one: int, other: int) -> None:
    low, high = sorted((one, other))
    marks = figure_marks(low, high)
    step = marks[1] - marks[0]
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert list(marks) == list(range(marks[0], marks[-1] + 1, step))
    assert marks[0] % step == 0
    assert marks[0] <= low <= high <= marks[-1]
    assert 2 <= len(marks) <= MOST_FIGURES


def test_figures() -> None:
    assert figure_marks(4_231 * POINT, 4_726 * POINT) == [each * POINT for each in (4_200, 4_400, 4_600, 4_800)]
    assert figure_marks(0, POINT) == [each * POINT // 5 for each in range(6)]
    assert figure_marks(7, 7) == [7, 8]


@given(TIMES, st.timedeltas(timedelta(microseconds=1), timedelta(days=36_525)))
def test_times_are_few_and_within(since: datetime, length: timedelta) -> None:
    marks = time_marks(since, since + length)
    assert len(marks) <= MOST_TIMES + 2
    assert all(since <= at <= since + length and not at.second % 10 for at, _ in marks)
    assert [at for at, _ in marks] == sorted({at for at, _ in marks})
    if length >= timedelta(seconds=20):
        assert marks


@pytest.mark.parametrize(
    ("since", "length", "labels"),
    [
        ("2026-03-01T23:59:44", timedelta(seconds=40), ["23:59:50", "2 Mar", "00:00:10", "00:00:20"]),
        ("2026-03-01T23:58:30", timedelta(minutes=5), ["23:59", "2 Mar", "00:01", "00:02", "00:03"]),
        ("2026-03-01T07:00:00", timedelta(hours=5), ["07:00", "08:00", "09:00", "10:00", "11:00", "12:00"]),
        ("2026-03-01T07:00:00", timedelta(days=3), ["12:00", "2 Mar", "12:00", "3 Mar", "12:00", "4 Mar"]),
        ("2026-02-27T00:00:00", timedelta(days=4), ["27 Feb", "12:00", "28 Feb", "12:00", "1 Mar", "12:00", "2 Mar",
                                                    "12:00", "3 Mar"]),
        ("2026-03-01T00:00:00", timedelta(days=31), ["2 Mar", "9 Mar", "16 Mar", "23 Mar", "30 Mar"]),
        ("2026-01-15T00:00:00", timedelta(days=180), ["Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026",
                                                      "Jul 2026"]),
        ("2026-01-15T00:00:00", timedelta(days=400), ["Mar 2026", "May 2026", "Jul 2026", "Sep 2026", "Nov 2026",
                                                      "Jan 2027"]),
        ("2020-01-01T00:00:00", timedelta(days=1_827), ["2020", "2021", "2022", "2023", "2024", "2025"]),
        ("2020-01-01T00:00:01", timedelta(days=36_525), ["2040", "2060", "2080", "2100", "2120"]),
    ],
)  # fmt: skip
def test_times(since: str, length: timedelta, labels: list[str]) -> None:
    begun = datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert [label for _, label in time_marks(begun, begun + length)] == labels
