"""A figure followed in bounded memory."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from application.reports.course import MOST_STRETCHES, Stretch, Track

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
STEPS = st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(days=9)), st.integers(0, 99)), max_size=50)


@given(STEPS, st.timedeltas(timedelta(microseconds=1), timedelta(days=9_000)))
def test_stretches_hold_every_figure_that_fell_into_them(steps: list[tuple[timedelta, int]], beyond: timedelta) -> None:
    moves = sorted((SINCE + after, figure) for after, figure in steps)
    until = (moves[-1][0] if moves else SINCE) + beyond
    track = Track(SINCE, until, 7)
    for at, figure in moves:
        track.add(at, figure)
    course = track.course()
    assert (course.since, course.until, course.first) == (SINCE, until, 7)
    assert len(course.stretches) <= MOST_STRETCHES
    starts = [stretch.start for stretch in course.stretches]
    assert starts == sorted(set(starts))
    for stretch, end in zip(course.stretches, [*starts[1:], until], strict=False):
        figures = [figure for at, figure in moves if stretch.start <= at < end]
        assert stretch == Stretch(stretch.start, min(figures), max(figures), figures[-1])
