"""Schedules in PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from json import loads
from typing import Any

from sqlalchemy import Select, Text, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.job_tables import job_executions
from adapters.postgres.rows import Row
from adapters.postgres.schedule_tables import job_schedules
from adapters.postgres.session import Session, session
from domain.jobs.execution import State
from domain.jobs.schedule import Missed, Plan, Schedule, Source
from domain.shared.errors import NotFound
from domain.shared.ids import ScheduleId

_PLAN = ("name", "job", "payload", "cron", "zone", "missed")
_OWN = (
    *("id", "source", "next_at", "created_at", "created_by", "paused"),
    *("skipped", "trouble", "last_fire_at", "last_job_id"),
)
_NOT_ENDED = [state for state in State if not state.final]

_columns = job_schedules.c
_SELECTED = select(
    *(cast(_columns[name], Text) if name == "payload" else _columns[name] for name in _PLAN),
    *(_columns[name] for name in _OWN),
)


class PostgresSchedules:
    """Implements the Schedules port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, schedule: Schedule) -> bool:
        """Add a schedule: whether its name was free."""
        adding = insert(job_schedules).values(_values(schedule)).on_conflict_do_nothing(index_elements=["name"])
        return await self._session.run(adding) == 1

    async def lock(self, schedule_id: ScheduleId) -> Schedule:
        """Lock a schedule. Raises NotFound."""
        return await self._lock(_SELECTED.where(_columns.id == schedule_id), str(schedule_id))

    async def lock_named(self, name: str) -> Schedule:
        """Lock the schedule of a name. Raises NotFound."""
        return await self._lock(_SELECTED.where(_columns.name == name), name)

    async def lock_due(self, now: datetime, limit: int) -> Sequence[Schedule]:
        """Lock schedules that are due, the longest due ones first; those that another transaction has are left out."""
        due = _SELECTED.where(~_columns.paused, _columns.next_at <= now).order_by(_columns.next_at, _columns.id)
        rows = await self._session.rows(due.limit(limit).with_for_update(skip_locked=True))
        return list(map(_schedule_of, rows))

    async def running(self, schedules: Collection[Schedule]) -> Collection[ScheduleId]:
        """Those of some locked schedules whose last job has not ended."""
        jobs = job_executions.c
        last = [each.last_job_id for each in schedules if each.last_job_id is not None]
        rows = await self._session.rows(select(jobs.id).where(jobs.id.in_(last), jobs.state.in_(_NOT_ENDED)))
        still = {row[0] for row in rows}
        return {each.id for each in schedules if each.last_job_id in still}

    async def change(self, schedules: Sequence[Schedule]) -> None:
        """Store locked schedules."""
        for each in schedules:
            await self._session.run(update(job_schedules).where(_columns.id == each.id).values(_values(each)))

    async def remove(self, schedule_id: ScheduleId) -> None:
        """Remove a locked schedule; its jobs stay."""
        await self._session.run(delete(job_schedules).where(_columns.id == schedule_id))

    async def keep_of_settings(self, names: Collection[str]) -> None:
        """Remove schedules of the settings, but for those of these names."""
        gone = _columns.source == Source.SETTINGS, _columns.name.not_in(names)
        await self._session.run(delete(job_schedules).where(*gone))

    async def count(self) -> int:
        """How many were added through the API."""
        counting = select(func.count()).select_from(job_schedules).where(_columns.source == Source.API)
        row = await self._session.row(counting)
        assert row is not None, "a count has a row"
        return int(row[0])

    async def _lock(self, named: Select[Any], asked: str) -> Schedule:
        row = await self._session.row(named.with_for_update())
        if row is None:
            raise NotFound("SCHEDULE_NOT_FOUND", "List the schedules and choose one of those.", schedule=asked)
        return _schedule_of(row)


class PostgresScheduleQueries:
    """Implements the ScheduleQueries port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def schedules(self, limit: int, after: ScheduleId | None = None) -> Sequence[Schedule]:
        """Schedules from the oldest on, those added after `after`."""
        found = _SELECTED.order_by(_columns.id).limit(limit)
        if after is not None:
            found = found.where(_columns.id > after)
        async with session(self._engine) as opened:
            return list(map(_schedule_of, await opened.rows(found)))

    async def next_at(self) -> datetime | None:
        """When the next one is due, or was; none where all are paused."""
        async with session(self._engine) as opened:
            row = await opened.row(select(func.min(_columns.next_at)).where(~_columns.paused))
        return row[0] if row is not None else None


def _schedule_of(row: Row) -> Schedule:
    told: dict[str, Any] = dict(zip((*_PLAN, *_OWN), row, strict=True))
    told |= {"missed": Missed(told["missed"]), "source": Source(told["source"])}
    return Schedule(plan=Plan(**{name: told.pop(name) for name in _PLAN}), **told)


def _values(schedule: Schedule) -> dict[str, Any]:
    values = {name: getattr(schedule, name) for name in _OWN} | asdict(schedule.plan)
    return values | {"payload": loads(schedule.plan.payload)}
