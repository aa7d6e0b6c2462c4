"""Old jobs in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.session import session
from domain.jobs.execution import State

_PURGE = (
    "WITH old AS MATERIALIZED (SELECT id FROM job_executions WHERE finished_at < $1 AND state = ANY($2::text[]) "
    "ORDER BY finished_at LIMIT $3 FOR UPDATE SKIP LOCKED), "
    "history AS (DELETE FROM job_events USING old WHERE job_id = old.id), "
    "told AS (DELETE FROM webhook_deliveries USING old WHERE job_id = old.id) "
    "DELETE FROM job_executions USING old WHERE job_executions.id = old.id RETURNING job_executions.id"
)


class PostgresOldJobs:
    """Implements the OldJobs port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def purge(self, states: Collection[State], before: datetime, limit: int) -> int:
        """Delete jobs that ended before a time in one of these states, with their history: how many, at most `limit`.

        One that somebody has locked stays.
        """
        async with session(self._engine) as opened:
            return len(await opened.fetch(_PURGE, before, list(states), limit))
