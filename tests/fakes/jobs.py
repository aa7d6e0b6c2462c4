"""Jobs in memory: what happens to them is what the domain says."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from application.jobs.ports import (
    MOST_COUNTED,
    FollowUps,
    Head,
    Held,
    JobEvent,
    JobsOf,
    LeaseLost,
    QueueHealth,
    QueueStats,
    job_not_found,
)
from domain.jobs.execution import DONE, UNDONE, EventKind, Execution, Queue, State, Step
from domain.shared.ids import JobId
from tests.fakes.constraints import require, require_text
from tests.fakes.session import Committed, MemorySession
from tests.fakes.state import State as Tables

TROUBLE = (EventKind.RETRYING, EventKind.FAILED, EventKind.DEAD)
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
NEVER_CHANGED = ("name", "version", "queue", "payload", "created_at", "requested_by", "key", "fingerprint", "trace")
WINDOW = timedelta(minutes=1)


class MemoryJobs:
    """Implements the Jobs port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, jobs: Sequence[Execution]) -> Sequence[Execution]:
        await self._session.take_turn()
        with self._session.statement() as state:
            return [_add(state, job) for job in jobs]

    async def free_keys(self, ids: Sequence[JobId]) -> None:
        with self._session.statement() as state:
            for job in [state.jobs[job_id] for job_id in ids]:
                if job.state in UNDONE:
                    state.jobs[job.id] = replace(job, key=None)

    async def lock(self, job_id: JobId) -> Execution:
        await self._session.take_turn()
        with self._session.statement() as state:
            return _job(state, job_id)

    async def lock_lost(self, now: datetime, limit: int) -> Sequence[Execution]:
        await self._session.take_turn()
        with self._session.statement() as state:
            lost = [job for job in state.jobs.values() if job.lease_until is not None and job.lease_until <= now]
            return sorted(lost, key=lambda job: job.lease_until or now)[:limit]

    async def lock_dead(self, wanted: JobsOf, limit: int) -> Sequence[Execution]:
        await self._session.take_turn()
        with self._session.statement() as state:
            dead = [job for job in state.jobs.values() if job.state is State.DEAD_LETTER and _is_of(job, wanted)]
            return sorted(dead, key=lambda job: job.id)[:limit]

    async def hold(self, job_id: JobId, attempt: int) -> Execution:
        await self._session.take_turn()
        with self._session.statement() as state:
            if not is_held(state, Held(job_id, attempt)):
                raise LeaseLost(job_id)
            return state.jobs[job_id]

    async def change(self, steps: Sequence[Step], now: datetime) -> None:
        with self._session.statement() as state:
            for step in steps:
                store(state, step, now)

    async def remove(self, ids: Sequence[JobId]) -> None:
        with self._session.statement() as state:
            for job_id in ids:
                del state.jobs[job_id]
            for key in [key for key in state.job_events if key[0] in set(ids)]:
                del state.job_events[key]


class MemoryRuns:
    """Implements the Runs port: each call is its own transaction."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed

    async def claim(
        self, queue: Queue, limit: int, worker: str, now: datetime, lease: timedelta, suspects: int = 1
    ) -> Sequence[Execution]:
        async with self._committed.turn:
            state = self._committed.state
            due = [job for job in state.jobs.values() if job.queue is queue and job.state.waiting and job.due_at <= now]
            due.sort(key=lambda job: (job.due_at, job.id))
            sound = [job for job in due if not job.suspect][:limit]
            doubted = [job for job in due if job.suspect][:suspects]
            taken = [job.claim(now, lease) for job in sorted(sound + doubted, key=lambda job: (job.due_at, job.id))]
            for step in taken:
                store(state, step, now)
                state.job_workers[step.execution.id] = worker
            return [step.execution for step in taken]

    async def next_due(self, queues: Collection[Queue]) -> Mapping[Queue, datetime]:
        waiting = [job for job in self._committed.state.jobs.values() if job.state.waiting and job.queue in queues]
        return {queue: min(job.due_at for job in waiting if job.queue is queue) for queue in {j.queue for j in waiting}}

    async def settle(self, steps: Sequence[Step], follow_ups: FollowUps, now: datetime) -> Sequence[bool]:
        async with self._committed.turn:
            draft = self._committed.state.copy()
            held = [is_held(draft, Held(step.execution.id, step.execution.attempt)) for step in steps]
            for step in (step for step, mine in zip(steps, held, strict=True) if mine):
                store(draft, step, now)
                for job in follow_ups.get(step.execution.id, ()):
                    _add(draft, job)
            self._committed.state = draft
            return held

    async def renew(self, held: Sequence[Held], until: datetime) -> Mapping[Held, bool]:
        async with self._committed.turn:
            state = self._committed.state
            mine = [each for each in held if is_held(state, each)]
            state.jobs.update({each.job_id: replace(state.jobs[each.job_id], lease_until=until) for each in mine})
            return {each: state.jobs[each.job_id].cancel_asked for each in mine}

    async def progress(self, step: Step, now: datetime) -> bool:
        async with self._committed.turn:
            state, told = self._committed.state, step.execution
            if not is_held(state, Held(told.id, told.attempt)):
                return False
            job = state.jobs[told.id].tell(told.progress, told.message)
            _check(job.execution)
            state.jobs[told.id] = job.execution
            _remember(state, JobEvent(*_event(job, now), told.progress, told.message))
            return True


class MemoryJobQueries:
    """Implements the JobQueries and the JobHealth port."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed

    async def job(self, job_id: JobId) -> Execution:
        return _job(self._committed.state, job_id)

    async def jobs(self, wanted: JobsOf, limit: int, before: JobId | None = None) -> Sequence[Execution]:
        found = sorted(self._of(wanted), key=lambda job: job.id, reverse=True)
        return [job for job in found if before is None or job.id < before][:limit]

    async def count(self, wanted: JobsOf, most: int = MOST_COUNTED) -> int:
        return min(len(self._of(wanted)), most)

    async def heads(self, ids: Sequence[JobId]) -> Sequence[Head | None]:
        found = [self._committed.state.jobs.get(job_id) for job_id in ids]
        return [Head(job.seq, job.state) if job else None for job in found]

    async def events(self, job_id: JobId, limit: int, after: int = 0) -> Sequence[JobEvent]:
        told = [event for event in self._committed.state.job_events.values() if event.job_id == job_id]
        return [event for event in sorted(told, key=lambda event: event.seq) if event.seq > after][:limit]

    async def stats(self, now: datetime) -> Sequence[QueueStats]:
        return [self._queue(queue, now) for queue in Queue]

    async def health(self, since: datetime, now: datetime) -> Sequence[QueueHealth]:
        return [self._health(queue, since, now) for queue in Queue]

    def _health(self, queue: Queue, since: datetime, now: datetime) -> QueueHealth:
        state = self._committed.state
        jobs = [job for job in state.jobs.values() if job.queue is queue]
        ended = [job for job in jobs if job.finished_at is not None and job.finished_at >= since]
        active = {job.id for job in jobs if job.state is State.ACTIVE}
        taken = [event for event in state.job_events.values() if event.kind is EventKind.ACTIVE]
        return QueueHealth(
            queue,
            len(ended),
            sum(job.state in (State.FAILED, State.DEAD_LETTER) for job in ended),
            sum(job.state.waiting and job.due_at <= now for job in jobs),
            min((max(e.at for e in taken if e.job_id == job_id) for job_id in active), default=None),
        )

    def _queue(self, queue: Queue, now: datetime) -> QueueStats:
        jobs = [job for job in self._committed.state.jobs.values() if job.queue is queue]
        due = [job for job in jobs if job.state.waiting and job.due_at <= now]
        waiting = sum(job.state is State.PENDING for job in due)

        def count(state: State) -> int:
            return sum(job.state is state for job in jobs)

        return QueueStats(
            queue,
            waiting,
            count(State.ACTIVE),
            count(State.RETRYING),
            count(State.FAILED),
            count(State.DEAD_LETTER),
            min((job.due_at for job in due), default=None),
            sum(job.finished_at is not None and job.finished_at > now - WINDOW for job in jobs),
            count(State.PENDING) - waiting,
        )

    def _of(self, wanted: JobsOf) -> list[Execution]:
        return [job for job in self._committed.state.jobs.values() if _is_of(job, wanted)]


class MemoryOldJobs:
    """Implements the OldJobs port."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed

    async def purge(self, states: Collection[State], before: datetime, limit: int) -> int:
        async with self._committed.turn:
            state = self._committed.state
            ended = [
                (job.finished_at, job.id) for job in state.jobs.values() if job.finished_at and job.state in states
            ]
            gone = {job_id for finished_at, job_id in sorted(ended)[:limit] if finished_at < before}
            state.jobs = {job_id: job for job_id, job in state.jobs.items() if job_id not in gone}
            state.job_events = {key: event for key, event in state.job_events.items() if key[0] not in gone}
            state.deliveries = {key: told for key, told in state.deliveries.items() if key[0] not in gone}
            return len(gone)


def is_held(state: Tables, held: Held) -> bool:
    """Whether a worker still has the job with this attempt."""
    job = state.jobs.get(held.job_id)
    return job is not None and (job.state, job.attempt) == (State.ACTIVE, held.attempt)


def store(state: Tables, step: Step, now: datetime) -> None:
    """What its worker does not know counts: how long the history is, and whether the job is to be cancelled."""
    stored = state.jobs[step.execution.id]
    asked_for = {name: getattr(stored, name) for name in NEVER_CHANGED}
    cancel_asked = step.execution.cancel_asked or (stored.cancel_asked and step.execution.state.waiting)
    job = replace(step.execution, seq=stored.seq + (step.event is not None), cancel_asked=cancel_asked, **asked_for)
    _check(job)
    state.jobs[job.id] = job
    if job.state is not State.ACTIVE:
        state.job_workers.pop(job.id, None)
    if step.event is not None:
        message = job.failure.message if step.event in TROUBLE and job.failure else None
        _remember(state, JobEvent(*_event(Step(job, step.event), now), None, message))


def _add(state: Tables, job: Execution) -> Execution:
    first = next((other for other in state.jobs.values() if job.key is not None and other.key == job.key), None)
    if first is not None:
        return first
    require(job.id not in state.jobs, "pk_job_executions")
    _check(job)
    state.jobs[job.id] = job
    _remember(state, JobEvent(*_event(Step(job, EventKind.ENQUEUED), job.created_at)))
    return job


def _check(job: Execution) -> None:
    require_text(job.name, job.message, job.key, job.trace)
    if job.failure is not None:
        require_text(job.failure.code, job.failure.message, job.failure.traceback)
    for text in (job.payload, job.result or ""):
        require(not NUL.search(text), "unsupported Unicode escape sequence")
    require(0 <= job.progress <= DONE, "ck_job_executions_progress")
    require((job.state is State.ACTIVE) == (job.lease_until is not None), "ck_job_executions_lease")


def _job(state: Tables, job_id: JobId) -> Execution:
    if job_id not in state.jobs:
        raise job_not_found(job_id)
    return state.jobs[job_id]


def _event(step: Step, now: datetime) -> tuple[JobId, int, datetime, EventKind, int]:
    job = step.execution
    assert step.event is not None, "something happened"
    return job.id, job.seq, now, step.event, job.attempt


def _remember(state: Tables, event: JobEvent) -> None:
    state.job_events[event.job_id, event.seq] = event


def _is_of(job: Execution, wanted: JobsOf) -> bool:
    named = ("requested_by", "state", "name", "queue")
    return (
        all(getattr(wanted, name) in (None, getattr(job, name)) for name in named)
        and (wanted.since is None or job.created_at >= wanted.since)
        and (wanted.until is None or job.created_at < wanted.until)
    )
