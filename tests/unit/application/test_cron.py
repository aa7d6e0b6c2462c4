"""Cron expressions in time zones, through every change of the clocks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from application.jobs.schedules.cron import Cron
from domain.shared.errors import Invalid

NEW_YORK, LONDON, LORD_HOWE = "America/New_York", "Europe/London", "Australia/Lord_Howe"
MINUTE = timedelta(minutes=1)

CHANGES = {
    "New York forward": (NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    "New York back": (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC)),
    "London forward": (LONDON, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    "London back": (LONDON, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "Lord Howe forward, by half an hour": (LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    "Lord Howe back, by half an hour": (LORD_HOWE, datetime(2026, 4, 4, 15, tzinfo=UTC)),
    "Santiago forward, at midnight": ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    "Kathmandu, which has none": ("Asia/Kathmandu", datetime(2026, 3, 8, 7, tzinfo=UTC)),
}


def times(cron: Cron, since: datetime, until: datetime) -> list[datetime]:
    """From one moment to another, neither included."""
    found = []
    while (since := cron.after(since)) < until:
        found.append(since)
    return found


def on_the_wall(expression: str, zone: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """The same, by looking at the clock on the wall each minute."""
    fields, place = CronSim(expression, datetime(2000, 1, 1)), ZoneInfo(zone)  # noqa: DTZ001 - for its fields alone
    while (since := since + MINUTE) < until:
        wall = since.astimezone(place)
        if wall.minute in fields.minutes and wall.hour in fields.hours and fields.match_day(wall.date()):
            yield since


def walls(expression: str, zone: str, day: datetime, count: int) -> list[str]:
    """The next times, as the clock there shows them."""
    cron, found = Cron(expression, zone), []
    for _ in range(count):
        day = cron.after(day)
        found.append(f"{day.astimezone(ZoneInfo(zone)):%d %H:%M%z}")
    return found


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "expression",
    [
        *("* * * * *", "*/5 * * * *", "*/7 */2 * * *", "0 * * * *", "30 * * * *", "15,45 */3 * * *"),
        *("*/5 1 * * *", "*/10 2 * * *", "* 0 * * *", "*/20 1-3 * * 0", "0 */6 * * *"),
    ],
)
def test_an_expression_with_a_star_follows_the_clock_on_the_wall(name: str, expression: str) -> None:
    zone, change = CHANGES[name]
    since, until = change - timedelta(hours=20), change + timedelta(hours=30)
    expected = list(on_the_wall(expression, zone, since, until))
    assert times(Cron(expression, zone), since, until) == expected
    assert expected


@pytest.mark.parametrize(
    ("expression", "zone", "day", "expected"),
    [
        ("30 2 * * *", NEW_YORK, (2026, 3, 7), ["07 02:30-0500", "08 03:00-0400", "09 02:30-0400"]),
        ("0,30 2 * * *", NEW_YORK, (2026, 3, 8), ["08 03:00-0400", "09 02:00-0400", "09 02:30-0400"]),
        ("30 1 * * *", NEW_YORK, (2026, 10, 31), ["31 01:30-0400", "01 01:30-0400", "02 01:30-0500"]),
        ("0 0 * * 0", NEW_YORK, (2026, 3, 7), ["08 00:00-0500", "15 00:00-0400"]),
        ("0 0 * * 0", NEW_YORK, (2026, 10, 27), ["01 00:00-0400", "08 00:00-0500"]),
        ("30 1 * * *", LONDON, (2026, 3, 28), ["28 01:30+0000", "29 02:00+0100", "30 01:30+0100"]),
        ("30 1 * * *", LONDON, (2026, 10, 24), ["24 01:30+0100", "25 01:30+0100", "26 01:30+0000"]),
        ("0 0 * * 0", LONDON, (2026, 10, 20), ["25 00:00+0100", "01 00:00+0000"]),
        ("15 2 * * *", LORD_HOWE, (2026, 10, 2), ["03 02:15+1030", "04 02:30+1100", "05 02:15+1100"]),
        ("45 1 * * *", LORD_HOWE, (2026, 4, 3), ["04 01:45+1100", "05 01:45+1100", "06 01:45+1030"]),
        ("0 0 * * 0", LORD_HOWE, (2026, 4, 1), ["05 00:00+1100", "12 00:00+1030"]),
        ("30 0 * * *", "America/Santiago", (2026, 9, 5, 5), ["06 01:00-0300", "07 00:30-0300"]),
    ],
)
def test_a_time_that_does_not_exist_comes_after_the_gap_and_one_that_exists_twice_once(
    expression: str, zone: str, day: tuple[int, int, int], expected: list[str]
) -> None:
    assert walls(expression, zone, datetime(*day, tzinfo=UTC), len(expected)) == expected


def test_in_the_second_of_two_hours_the_first_is_over() -> None:
    again = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 01:30 for the second time
    assert walls("45 1 * * *", NEW_YORK, again, 1) == ["02 01:45-0500"]


def test_the_days_of_a_week() -> None:
    sunday = datetime(2026, 3, 1, tzinfo=UTC)
    for day in (0, 7, "SUN"):
        assert Cron(f"0 12 * * {day}", "UTC").after(sunday) == sunday + timedelta(hours=12)
    assert Cron("0 12 * * 1-5", "UTC").after(sunday) == sunday + timedelta(days=1, hours=12)


def test_a_time_comes_after_its_moment() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    cron = Cron("0 12 * * *", LONDON)
    assert cron.after(noon - timedelta(microseconds=1)) == noon
    assert cron.after(noon) == cron.after(noon + timedelta(microseconds=1)) == noon + timedelta(days=1)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        *((text, "CRON_MALFORMED") for text in ("", "@daily", "* * * *", "0 * * * * *", "60 * * * *", "a b c d e")),
        *((text, "CRON_MALFORMED") for text in ("*/0 * * * *", "5-1 * * * *", "0 0 30 2 *", "0" * 97 + " * * * *")),
        ("0 0 */31 2 MON#5", "CRON_NEVER"),
    ],
)
def test_what_is_no_cron(expression: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Cron(expression, "UTC")
    assert (refused.value.code, refused.value.message[-1]) == (code, ".")


@pytest.mark.parametrize("zone", ["", "Mars/Base", "Europe", "../etc/passwd", "\0", "é", "A" * 99])
def test_what_is_no_zone(zone: str) -> None:
    with pytest.raises(Invalid, match="Give an IANA time zone"):
        Cron("* * * * *", zone)


FIELD = st.text("0123456789*/,-#LWSUNMO?x", min_size=1, max_size=6) | st.sampled_from(["*", "1-5", "*/31", "LW", "5L"])


@given(st.lists(FIELD, min_size=5, max_size=5).map(" ".join), st.sampled_from(["UTC", LORD_HOWE]))
def test_any_text_is_a_cron_or_refused(expression: str, zone: str) -> None:
    try:
        cron = Cron(expression, zone)
    except Invalid:
        return
    since = datetime(2026, 4, 4, 14, 59, tzinfo=UTC)
    assert cron.after(since) > since
