"""Jobs in PostgreSQL, inside the transactions of use cases."""

from collections.abc import Sequence
from datetime import datetime

from adapters.postgres.arrays import arrays, rows_of
from adapters.postgres.job_rows import COLUMNS, MUTABLE, SELECTED, execution_of, type_of, values_of
from adapters.postgres.session import Session
from application.jobs.ports import JobsOf, LeaseLost, job_not_found
from application.shared.store import StoreBusy
from domain.jobs.execution import UNDONE, EventKind, Execution, Queue, State, Step
from domain.shared.ids import JobId

_ALL = ", ".join(COLUMNS)

ADD = (
    f"added AS (INSERT INTO job_executions ({_ALL}) SELECT {_ALL} FROM {{rows}} ORDER BY key "
    "ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING "
    "RETURNING id, seq, attempt, created_at), "
    "told AS (INSERT INTO job_events (job_id, seq, at, kind, attempt) "
    f"SELECT id, seq, created_at, '{EventKind.ENQUEUED}', attempt FROM added)"
)
"""Adds jobs with the first event of each; what follows may read `added`. Those who add the same keys at the same time
wait for each other, and must not do so in a circle."""

_ADD = f"WITH {ADD.format(rows=rows_of('jobs', COLUMNS, type_of))} SELECT id FROM added"
FIRST = f"SELECT {SELECTED} FROM job_executions WHERE key = ANY($1::text[])"
_FREE_KEYS = (
    "UPDATE job_executions SET key = NULL "
    f"WHERE id = ANY($1::uuid[]) AND state IN ({', '.join(repr(str(state)) for state in sorted(UNDONE))})"
)
_LOCK = f"SELECT {SELECTED} FROM job_executions WHERE id = $1 FOR UPDATE"
_LOCK_DEAD = (
    f"SELECT {SELECTED} FROM job_executions WHERE state = 'dead_letter' AND ($1::text IS NULL OR queue = $1) "
    "AND ($2::text IS NULL OR name = $2) AND ($3::uuid IS NULL OR requested_by = $3) "
    "AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at < $5) "
    "ORDER BY id LIMIT $6 FOR UPDATE SKIP LOCKED"
)
_REMOVE = (
    "WITH history AS (DELETE FROM job_events WHERE job_id = ANY($1::uuid[])) "
    "DELETE FROM job_executions WHERE id = ANY($1::uuid[])"
)
_LOCK_LOST = (
    f"SELECT {SELECTED} FROM job_executions WHERE state = 'active' AND lease_until <= $1 "
    "ORDER BY lease_until LIMIT $2 FOR UPDATE SKIP LOCKED"
)

ADD_ATTEMPTS = 3

CHANGED = ("id", *MUTABLE, "kind")
"""What is sent of a job to which something happened; no kind where its history tells nothing of it."""

_SET = {name: f"steps.{name}" for name in MUTABLE} | {
    "seq": "e.seq + (steps.kind IS NOT NULL)::int",
    "cancel_asked": "steps.cancel_asked OR (e.cancel_asked AND steps.state IN ('pending', 'retrying'))",
    "worker": "CASE WHEN steps.state = 'active' THEN e.worker END",
}
"""What its worker does not know counts: how long the history is by now, and whether the job is to be cancelled."""

CHANGE = (
    f"changed AS (UPDATE job_executions e SET {', '.join(f'{name} = {to}' for name, to in _SET.items())} "
    f"FROM {rows_of('steps', CHANGED, type_of)} WHERE e.id = steps.id {{fence}} "
    "RETURNING e.id, e.seq, e.attempt, steps.kind, e.failure), "
    "history AS (INSERT INTO job_events (job_id, seq, at, kind, attempt, message) "
    f"SELECT id, seq, ${len(CHANGED) + 1}, kind, attempt, "
    "CASE WHEN kind IN ('retrying', 'failed', 'dead') THEN failure->>'message' END FROM changed WHERE kind IS NOT NULL)"
)
"""Stores what happened to jobs, with their history; what follows may read `changed`."""

_CHANGE = f"WITH {CHANGE.format(fence='')} SELECT id FROM changed"


def changes_of(steps: Sequence[Step]) -> list[list[object]]:
    """The parameters of CHANGE but the last one, the time."""
    return arrays(CHANGED, [[step.execution.id, *values_of(step.execution, MUTABLE), step.event] for step in steps])


class PostgresJobs:
    """Implements the Jobs port; `queues` has the queues of the jobs that were added or are to be tried again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.queues: set[Queue] = set()

    async def add(self, jobs: Sequence[Execution]) -> Sequence[Execution]:
        """Add jobs, and tell them in their order; one whose key is taken is not added, the key's first job told.

        Raises StoreBusy.
        """
        found: dict[JobId, Execution] = {}
        for _ in range(ADD_ATTEMPTS):
            if left := [job for job in jobs if job.id not in found]:
                found |= await self._add(left)
        if len(found) < len(jobs):
            raise StoreBusy("jobs that had the same keys were removed, again and again")
        return [found[job.id] for job in jobs]

    async def _add(self, jobs: Sequence[Execution]) -> dict[JobId, Execution]:
        """What each became, by its id; nothing where its key was taken by a job that was removed just then."""
        sent = arrays(COLUMNS, [values_of(job, COLUMNS) for job in jobs])
        added = {row[0] for row in await self._session.fetch(_ADD, *sent)}
        self.queues.update(job.queue for job in jobs if job.id in added)
        taken = [job.key for job in jobs if job.id not in added]
        first = {job.key: job for job in map(execution_of, await self._session.fetch(FIRST, taken))} if taken else {}
        told = ((job.id, job if job.id in added else first.get(job.key)) for job in jobs)
        return {job_id: job for job_id, job in told if job is not None}

    async def free_keys(self, ids: Sequence[JobId]) -> None:
        """Let the keys of jobs stand for others, where these have ended and are not done."""
        await self._session.fetch(_FREE_KEYS, list(ids))

    async def lock(self, job_id: JobId) -> Execution:
        """Lock a job. Raises NotFound."""
        rows = await self._session.fetch(_LOCK, job_id)
        if not rows:
            raise job_not_found(job_id)
        return execution_of(rows[0])

    async def lock_lost(self, now: datetime, limit: int) -> Sequence[Execution]:
        """Lock active jobs whose lease has ended; those that another transaction has locked are left out."""
        return list(map(execution_of, await self._session.fetch(_LOCK_LOST, now, limit)))

    async def lock_dead(self, wanted: JobsOf, limit: int) -> Sequence[Execution]:
        """Lock dead letters from the oldest on; those that another transaction has locked are left out."""
        told = wanted.queue, wanted.name, wanted.requested_by, wanted.since, wanted.until
        return list(map(execution_of, await self._session.fetch(_LOCK_DEAD, *told, limit)))

    async def hold(self, job_id: JobId, attempt: int) -> Execution:
        """Lock a job that a worker took with this attempt. Raises LeaseLost where it is its no more."""
        rows = await self._session.fetch(_LOCK, job_id)
        held = execution_of(rows[0]) if rows else None
        if held is None or (held.state, held.attempt) != (State.ACTIVE, attempt):
            raise LeaseLost(job_id)
        return held

    async def change(self, steps: Sequence[Step], now: datetime) -> None:
        """Store what happened to locked jobs, and their history."""
        await self._session.fetch(_CHANGE, *changes_of(steps), now)
        self.queues.update(step.execution.queue for step in steps if step.execution.state.waiting)

    async def remove(self, ids: Sequence[JobId]) -> None:
        """Remove locked jobs for good, with their history."""
        await self._session.fetch(_REMOVE, list(ids))
