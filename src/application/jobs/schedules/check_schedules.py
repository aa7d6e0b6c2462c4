"""Check that jobs start at their times, and that the last ones came to a good end."""

from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.jobs.ports import JobQueries
from application.jobs.schedules.ports import ScheduleQueries
from application.shared.checks import Finding, Grade, graded
from application.shared.ports import Clock
from domain.jobs.execution import State
from domain.jobs.schedule import MAX_SCHEDULES, Schedule
from domain.shared.errors import NotFound

LATE = timedelta(minutes=5)
"""By so much a time may have passed without its job."""

_FAILED = frozenset({State.FAILED, State.DEAD_LETTER})


@dataclass(frozen=True, slots=True)
class CheckSchedules:
    """`planned` are the names of the schedules that every exchange has."""

    schedules: ScheduleQueries
    jobs: JobQueries
    clock: Clock
    planned: Collection[str]

    async def __call__(self) -> Finding:
        """Raises Unavailable."""
        found = {each.plan.name: each for each in await self.schedules.schedules(MAX_SCHEDULES + len(self.planned))}
        if missing := [name for name in self.planned if name not in found]:
            text = "Some jobs have no schedule; start `presage up` or `presage scheduler`."
            return Finding(Grade.WARNING, text, missing)
        now = self.clock.now()
        troubles = [trouble for each in found.values() async for trouble in self._troubles(each, now)]
        last = [_last(found[name]) for name in self.planned]
        return graded([], troubles, f"{len(found):,} schedules are on time.", last)

    async def _troubles(self, schedule: Schedule, now: datetime) -> AsyncIterator[str]:
        name = schedule.plan.name
        if schedule.paused:
            if name in self.planned:
                yield f"{name} is paused; resume it once you can."
        elif now - schedule.next_at > LATE:
            yield f"{name} was due at {schedule.next_at:%Y-%m-%d %H:%M} UTC; start `presage scheduler`."
        elif schedule.trouble is not None:
            yield f"{name} was not started: {schedule.trouble}"
        if name in self.planned and await self._failed(schedule):
            yield f"{name} failed; read `presage jobs show {schedule.last_job_id}`."

    async def _failed(self, schedule: Schedule) -> bool:
        if schedule.last_job_id is None:
            return False
        with suppress(NotFound):  # it is too old to be kept
            return (await self.jobs.job(schedule.last_job_id)).state in _FAILED
        return False


def _last(schedule: Schedule) -> str:
    at = f"{schedule.last_fire_at:%Y-%m-%d %H:%M} UTC" if schedule.last_fire_at else "not yet"
    return f"{schedule.plan.name}: last {at}"
