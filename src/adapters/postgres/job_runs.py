"""Jobs as workers take and settle them: many at once, each call one statement and one commit."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.arrays import arrays, rows_of
from adapters.postgres.job_rows import COLUMNS, SELECTED, execution_of, type_of, values_of
from adapters.postgres.job_tables import WAITING
from adapters.postgres.jobs import ADD, CHANGE, CHANGED, changes_of
from adapters.postgres.session import fetch_alone
from application.jobs.ports import FollowUps, Held
from domain.jobs.execution import EventKind, Execution, Queue, Step

_HELD = ("id", "attempt")

_DUE = (
    f"SELECT id FROM job_executions WHERE queue = $1 AND {WAITING} AND due_at <= $2 AND {{}} "
    "ORDER BY due_at, id LIMIT {} FOR UPDATE SKIP LOCKED"
)

CLAIM = (
    f"WITH sound AS MATERIALIZED ({_DUE.format('NOT suspect', '$3')}), "
    f"suspects AS MATERIALIZED ({_DUE.format('suspect', '$6')}), "
    "due AS (SELECT id FROM sound UNION ALL SELECT id FROM suspects), "
    "taken AS (UPDATE job_executions e SET state = 'active', attempt = attempt + 1, seq = seq + 1, lease_until = $4, "
    "worker = $5, started_at = coalesce(started_at, $2) FROM due WHERE e.id = due.id "
    f"RETURNING {', '.join(f'e.{name}' for name in COLUMNS)}), "
    "history AS (INSERT INTO job_events (job_id, seq, at, kind, attempt) "
    f"SELECT id, seq, $2, '{EventKind.ACTIVE}', attempt FROM taken) "
    f"SELECT {SELECTED} FROM taken ORDER BY due_at, id"
)

_NEXT_DUE = (
    "SELECT wanted.queue, next.due_at FROM unnest($1::text[]) AS wanted(queue) CROSS JOIN LATERAL (SELECT due_at "
    f"FROM job_executions WHERE queue = wanted.queue AND {WAITING} ORDER BY due_at, id LIMIT 1) next"
)

_FENCE = "AND e.attempt = steps.attempt AND e.lease_until IS NOT NULL"
"""An active job, found by its id: the index of active ones has all that lately were."""

_NOW = len(CHANGED) + 1
_SETTLE = f"WITH {CHANGE.format(fence=_FENCE)} SELECT id FROM changed"
_FOLLOWING = (*COLUMNS, "after")
_FOLLOW_UPS = f"{rows_of('jobs', _FOLLOWING, type_of, _NOW + 1)} WHERE after IN (SELECT id FROM changed)"
_SETTLE_AND_ADD = f"WITH {CHANGE.format(fence=_FENCE)}, {ADD.format(rows=_FOLLOW_UPS)} SELECT id FROM changed"
"""Nothing follows from a job that was held no more."""

_RENEW = (
    "WITH mine AS MATERIALIZED (SELECT e.id FROM job_executions e "
    f"JOIN {rows_of('held', _HELD, type_of)} ON e.id = held.id AND e.attempt = held.attempt "
    "WHERE e.state = 'active' FOR UPDATE OF e SKIP LOCKED) "
    "UPDATE job_executions e SET lease_until = $3 FROM mine WHERE e.id = mine.id"
)
"""One that is locked is being changed, most often for the last time: it is prolonged the next time, if at all."""

_STILL_HELD = (
    "SELECT e.id, e.attempt, e.cancel_asked FROM job_executions e "
    f"JOIN {rows_of('held', _HELD, type_of)} ON e.id = held.id AND e.attempt = held.attempt WHERE e.state = 'active'"
)

_PROGRESS = (
    "WITH moved AS (UPDATE job_executions SET progress = $3, message = $4, seq = seq + 1 "
    "WHERE id = $1 AND attempt = $2 AND state = 'active' RETURNING id, seq, attempt) "
    "INSERT INTO job_events (job_id, seq, at, kind, attempt, percent, message) "
    f"SELECT id, seq, $5, '{EventKind.PROGRESS}', attempt, $3, $4 FROM moved RETURNING seq"
)


class PostgresRuns:
    """Implements the Runs port: each statement commits by itself."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(
        self, queue: Queue, limit: int, worker: str, now: datetime, lease: timedelta, suspects: int = 1
    ) -> Sequence[Execution]:
        """Take jobs that are due, in the order of their becoming so; never one that another worker takes.

        Of those that are suspect at most so many besides the limit.
        """
        return list(
            map(execution_of, await fetch_alone(self._engine, CLAIM, queue, now, limit, now + lease, worker, suspects))
        )

    async def next_due(self, queues: Collection[Queue]) -> Mapping[Queue, datetime]:
        """When the next waiting job of each queue is due, or was; queues without one are left out."""
        return {Queue(queue): due_at for queue, due_at in await fetch_alone(self._engine, _NEXT_DUE, list(queues))}

    async def settle(self, steps: Sequence[Step], follow_ups: FollowUps, now: datetime) -> Sequence[bool]:
        """Store what became of active jobs: whether each was still held by its attempt, in their order."""
        sent, statement = [*changes_of(steps), now], _SETTLE
        if following := [[*values_of(job, COLUMNS), after] for after, jobs in follow_ups.items() for job in jobs]:
            sent, statement = [*sent, *arrays(_FOLLOWING, following)], _SETTLE_AND_ADD
        settled = {row[0] for row in await fetch_alone(self._engine, statement, *sent)}
        return [step.execution.id in settled for step in steps]

    async def renew(self, held: Sequence[Held], until: datetime) -> Mapping[Held, bool]:
        """Prolong leases: those that are still held, each with whether it is to be cancelled."""
        sent = arrays(_HELD, held)
        await fetch_alone(self._engine, _RENEW, *sent, until)
        return {
            Held(job_id, attempt): asked
            for job_id, attempt, asked in await fetch_alone(self._engine, _STILL_HELD, *sent)
        }

    async def progress(self, step: Step, now: datetime) -> bool:
        """Tell how far an active job is: whether it is still held."""
        job = step.execution
        return bool(await fetch_alone(self._engine, _PROGRESS, job.id, job.attempt, job.progress, job.message, now))
