"""Jobs as they are read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.job_rows import COLUMNS, JSON, execution_of
from adapters.postgres.job_tables import ACTIVE, TROUBLE, WAITING, job_events, job_executions
from adapters.postgres.session import session
from application.jobs.ports import MOST_COUNTED, Head, JobEvent, JobsOf, QueueHealth, QueueStats, job_not_found
from domain.jobs.execution import EventKind, Execution, Queue, State
from domain.shared.ids import JobId

_WAITING = (State.PENDING, State.RETRYING)
_TROUBLE = (State.FAILED, State.DEAD_LETTER)

RATE_WINDOW = timedelta(minutes=1)

_UNFINISHED = or_(text(WAITING), text(ACTIVE))
"""As the partial indexes have it, so that jobs that ended are not read."""

_columns = [cast(job_executions.c[name], Text) if name in JSON else job_executions.c[name] for name in COLUMNS]


class PostgresJobQueries:
    """Implements the JobQueries and the JobHealth port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def job(self, job_id: JobId) -> Execution:
        """One job. Raises NotFound."""
        async with session(self._engine) as opened:
            row = await opened.row(select(*_columns).where(job_executions.c.id == job_id))
        if row is None:
            raise job_not_found(job_id)
        return execution_of(row)

    async def jobs(self, wanted: JobsOf, limit: int, before: JobId | None = None) -> Sequence[Execution]:
        """Jobs from the newest on, those older than `before`."""
        found = _of(select(*_columns), wanted).order_by(job_executions.c.id.desc()).limit(limit)
        if before is not None:
            found = found.where(job_executions.c.id < before)
        async with session(self._engine) as opened:
            return list(map(execution_of, await opened.rows(found)))

    async def count(self, wanted: JobsOf, most: int = MOST_COUNTED) -> int:
        """How many there are, counted up to a bound."""
        found = _of(select(job_executions.c.id), wanted).limit(most).subquery()
        async with session(self._engine) as opened:
            row = await opened.row(select(func.count()).select_from(found))
        assert row is not None, "a count has a row"
        return int(row[0])

    async def heads(self, ids: Sequence[JobId]) -> Sequence[Head | None]:
        """How far the history of each job is, in their order; None of one that is not there."""
        jobs = job_executions.c
        async with session(self._engine) as opened:
            rows = await opened.rows(select(jobs.id, jobs.seq, jobs.state).where(jobs.id.in_(set(ids))))
        found = {job_id: Head(seq, State(state)) for job_id, seq, state in rows}
        return [found.get(job_id) for job_id in ids]

    async def events(self, job_id: JobId, limit: int, after: int = 0) -> Sequence[JobEvent]:
        """What happened to a job after its event number `after`."""
        told = job_events.c
        columns = told.job_id, told.seq, told.at, told.kind, told.attempt, told.percent, told.message
        found = select(*columns).where(told.job_id == job_id, told.seq > after).order_by(told.seq).limit(limit)
        async with session(self._engine) as opened:
            rows = await opened.rows(found)
        return [JobEvent(job, seq, at, EventKind(kind), *more) for job, seq, at, kind, *more in rows]

    async def stats(self, now: datetime) -> Sequence[QueueStats]:
        """Every queue."""
        jobs = job_executions.c
        due = and_(jobs.state == State.PENDING, jobs.due_at <= now)
        counts = [
            _count(due),
            _count(jobs.state == State.ACTIVE),
            _count(jobs.state == State.RETRYING),
            _count(jobs.state == State.FAILED),
            _count(jobs.state == State.DEAD_LETTER),
            func.min(jobs.due_at).filter(jobs.state.in_(_WAITING), jobs.due_at <= now),
            _count(jobs.finished_at > now - RATE_WINDOW),
            _count(and_(jobs.state == State.PENDING, jobs.due_at > now)),
        ]
        told = or_(_UNFINISHED, text(TROUBLE), jobs.finished_at > now - RATE_WINDOW)
        found = select(jobs.queue, *counts).where(told).group_by(jobs.queue)
        async with session(self._engine) as opened:
            found_by = {row[0]: row[1:] for row in await opened.rows(found)}
        return [QueueStats(queue, *found_by.get(queue, (0, 0, 0, 0, 0, None, 0, 0))) for queue in Queue]

    async def health(self, since: datetime, now: datetime) -> Sequence[QueueHealth]:
        """Every queue; what ended counts from `since` on."""
        jobs = job_executions.c
        ended = jobs.finished_at >= since
        told = job_events.c
        taken_at = select(func.max(told.at)).where(told.job_id == jobs.id, told.kind == EventKind.ACTIVE)
        counts = [
            _count(ended),
            _count(and_(ended, jobs.state.in_(_TROUBLE))),
            _count(and_(jobs.state.in_(_WAITING), jobs.due_at <= now)),
            func.min(taken_at.scalar_subquery()).filter(jobs.state == State.ACTIVE),
        ]
        found = select(jobs.queue, *counts).where(or_(_UNFINISHED, ended)).group_by(jobs.queue)
        async with session(self._engine) as opened:
            found_by = {row[0]: row[1:] for row in await opened.rows(found)}
        return [QueueHealth(queue, *found_by.get(queue, (0, 0, 0, None))) for queue in Queue]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _of(found: Select[Any], wanted: JobsOf) -> Select[Any]:
    jobs = job_executions.c
    for name in ("requested_by", "state", "name", "queue"):
        if (asked := getattr(wanted, name)) is not None:
            found = found.where(jobs[name] == asked)
    if wanted.since is not None:
        found = found.where(jobs.created_at >= wanted.since)
    if wanted.until is not None:
        found = found.where(jobs.created_at < wanted.until)
    return found
