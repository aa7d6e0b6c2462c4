"""Schedules: which of the times that have come are still good, and what becomes of the others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.jobs.schedule import GRACE, MAX_SCHEDULE_NAME_LENGTH, Missed, Plan, Schedule, Source
from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import JobId, ScheduleId, UserId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PLAN = Plan("hourly", "system.ping", "{}", "0 * * * *")
JOB, USER = JobId(UUID(int=1)), UserId(UUID(int=2))


def schedule(missed: Missed = Missed.ONCE) -> Schedule:
    return Schedule(ScheduleId(UUID(int=3)), replace(PLAN, missed=missed), Source.API, NOON, NOON - HOUR, USER)


def every(period: timedelta) -> Callable[[datetime], datetime]:
    """The first multiple of a period after a moment, counted from noon."""
    return lambda moment: NOON + ((moment - NOON) // period + 1) * period


@pytest.mark.parametrize("late", [timedelta(), SECOND, HOUR, 30 * HOUR])
def test_one_run_for_all_that_were_missed(late: timedelta) -> None:
    assert schedule().fire_at(NOON + late, every(HOUR)) == NOON


@pytest.mark.parametrize(
    ("late", "good"),
    [
        (timedelta(), NOON),
        (GRACE - SECOND, NOON),
        (GRACE, None),
        (HOUR - SECOND, None),
        (HOUR, NOON + HOUR),
        (5 * HOUR + GRACE - SECOND, NOON + 5 * HOUR),
        (5 * HOUR + GRACE, None),
    ],
)
def test_only_what_was_missed_by_less_than_the_grace(late: timedelta, good: datetime | None) -> None:
    assert schedule(Missed.SKIP).fire_at(NOON + late, every(HOUR)) == good


def test_what_comes_more_often_than_the_grace_is_not_run_for_a_time_before_its_next() -> None:
    often = every(10 * SECOND)
    assert schedule(Missed.SKIP).fire_at(NOON + 5 * SECOND, often) == NOON
    assert schedule(Missed.SKIP).fire_at(NOON + HOUR, often) == NOON + HOUR - GRACE + 10 * SECOND


def test_its_life() -> None:
    fired = schedule().fired(NOON, JOB, NOON + HOUR)
    assert (fired.last_fire_at, fired.last_job_id, fired.next_at, fired.skipped) == (NOON, JOB, NOON + HOUR, 0)
    skipped = fired.skip("Why.", NOON + 2 * HOUR)
    assert (skipped.skipped, skipped.trouble, skipped.next_at, skipped.last_job_id) == (1, "Why.", NOON + 2 * HOUR, JOB)
    assert skipped.fired(NOON, JOB, NOON).trouble is None
    paused = skipped.pause()
    assert (paused.paused, paused.trouble, paused.pause()) == (True, "Why.", paused)
    assert paused.pause("Unknown zone.").trouble == "Unknown zone."
    resumed = paused.resume(NOON + 9 * HOUR)
    assert (resumed.paused, resumed.next_at, resumed.trouble) == (False, NOON + 9 * HOUR, None)
    assert resumed.resume(NOON) is resumed


def test_the_settings_take_it_over() -> None:
    told = replace(PLAN, payload='{"echo": "x"}')
    taken = schedule().pause().planned(told, NOON + 5 * HOUR)
    assert (taken.plan, taken.source, taken.created_by) == (told, Source.SETTINGS, None)
    assert (taken.paused, taken.next_at) == (True, NOON)
    for other in (replace(PLAN, cron="5 * * * *"), replace(PLAN, zone="Europe/London")):
        assert schedule().planned(other, NOON + 5 * HOUR).next_at == NOON + 5 * HOUR
    assert taken.planned(told, NOON + 9 * HOUR) == taken
    schedule().require_removable()
    with pytest.raises(Conflict, match="Pause it"):
        taken.require_removable()


@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "a" * (MAX_SCHEDULE_NAME_LENGTH + 1)])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(Invalid, match="name of 1 to 100"):
        replace(PLAN, name=name)
