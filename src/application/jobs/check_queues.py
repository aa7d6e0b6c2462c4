"""Check that jobs get done: none waits for long, and no dead letter waits for somebody to read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.jobs.ports import JobQueries, QueueStats
from application.shared.checks import Finding, graded
from application.shared.ports import Clock

LATE = timedelta(minutes=5)
"""For so long a job may be due."""


@dataclass(frozen=True, slots=True)
class CheckQueues:
    """Reads the numbers of every queue."""

    jobs: JobQueries
    clock: Clock

    async def __call__(self) -> Finding:
        """Raises Unavailable."""
        now = self.clock.now()
        queues = await self.jobs.stats(now)
        healthy = f"Jobs that wait: {sum(queue.waiting for queue in queues):,}, none for long; no dead letters."
        return graded([], list(_troubles(queues, now)), healthy)


def _troubles(queues: Sequence[QueueStats], now: datetime) -> Iterator[str]:
    for each in queues:
        if each.oldest_due and now - each.oldest_due > LATE:
            minutes = (now - each.oldest_due) // timedelta(minutes=1)
            yield f"{each.queue}: a job has waited for {minutes:,} minutes; start more workers."
        if each.dead:
            yield f"{each.queue}: dead letters: {each.dead:,}; read `presage jobs list --state dead_letter`."
