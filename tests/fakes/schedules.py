"""Schedules in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.jobs.schedule import Schedule, Source
from domain.shared.errors import NotFound
from domain.shared.ids import ScheduleId
from tests.fakes.constraints import require_text
from tests.fakes.session import Committed, MemorySession


class MemorySchedules:
    """Implements the Schedules port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, schedule: Schedule) -> bool:
        await self._session.take_turn()
        with self._session.statement() as state:
            require_text(schedule.plan.name, schedule.plan.cron, schedule.plan.zone)
            if any(each.plan.name == schedule.plan.name for each in state.schedules.values()):
                return False
            state.schedules[schedule.id] = schedule
            return True

    async def lock(self, schedule_id: ScheduleId) -> Schedule:
        await self._session.take_turn()
        with self._session.statement() as state:
            return _first([each for each in state.schedules.values() if each.id == schedule_id])

    async def lock_named(self, name: str) -> Schedule:
        await self._session.take_turn()
        with self._session.statement() as state:
            return _first([each for each in state.schedules.values() if each.plan.name == name])

    async def lock_due(self, now: datetime, limit: int) -> Sequence[Schedule]:
        await self._session.take_turn()
        with self._session.statement() as state:
            due = [each for each in state.schedules.values() if not each.paused and each.next_at <= now]
            return sorted(due, key=lambda each: (each.next_at, each.id))[:limit]

    async def running(self, schedules: Collection[Schedule]) -> Collection[ScheduleId]:
        with self._session.statement() as state:
            last = {each.id: state.jobs.get(each.last_job_id) for each in schedules if each.last_job_id is not None}
            return {each for each, job in last.items() if job is not None and not job.state.final}

    async def change(self, schedules: Sequence[Schedule]) -> None:
        with self._session.statement() as state:
            state.schedules.update({each.id: each for each in schedules})

    async def remove(self, schedule_id: ScheduleId) -> None:
        with self._session.statement() as state:
            del state.schedules[schedule_id]

    async def keep_of_settings(self, names: Collection[str]) -> None:
        await self._session.take_turn()
        with self._session.statement() as state:
            for each in [each for each in state.schedules.values() if each.source is Source.SETTINGS]:
                if each.plan.name not in names:
                    del state.schedules[each.id]

    async def count(self) -> int:
        with self._session.statement() as state:
            return sum(each.source is Source.API for each in state.schedules.values())


class MemoryScheduleQueries:
    """Implements the ScheduleQueries port."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed

    async def schedules(self, limit: int, after: ScheduleId | None = None) -> Sequence[Schedule]:
        found = sorted(self._committed.state.schedules.values(), key=lambda each: each.id)
        return [each for each in found if after is None or each.id > after][:limit]

    async def next_at(self) -> datetime | None:
        waiting = (each.next_at for each in self._committed.state.schedules.values() if not each.paused)
        return min(waiting, default=None)


def _first(found: Sequence[Schedule]) -> Schedule:
    if not found:
        raise NotFound("SCHEDULE_NOT_FOUND", "List the schedules and choose one of those.")
    return found[0]
