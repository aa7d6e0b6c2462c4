"""Administer jobs: try one again, take one back, mend or clear dead letters. Everything done is recorded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from application.jobs.ports import AdministeredTransaction, AdministeredTransactions, JobsOf
from application.shared.ports import Clock, Ids
from domain.jobs.execution import Execution, Step
from domain.shared.administration import Actor, AdminAction, Facts
from domain.shared.ids import JobId

MOST_AT_ONCE = 100
"""Dead letters changed in one transaction."""


@dataclass(frozen=True, slots=True)
class AdministerJobs:
    """What administrators do to jobs that others asked for."""

    transactions: AdministeredTransactions
    clock: Clock
    ids: Ids

    async def retry(self, job_id: JobId, actor: Actor) -> Execution:
        """Try a job again. Raises NotFound, and Conflict unless it failed or is a dead letter."""
        return await self._change(job_id, Execution.requeue, AdminAction.JOB_REQUEUED, actor)

    async def cancel(self, job_id: JobId, actor: Actor) -> Execution:
        """Take a job back; an active one ends soon. Raises NotFound, and Conflict where it has ended."""
        return await self._change(job_id, Execution.cancel, AdminAction.JOB_CANCELLED, actor)

    async def requeue_dead(self, wanted: JobsOf, actor: Actor) -> int:
        """Try dead letters again, the oldest first: how many, at most MOST_AT_ONCE."""
        async with self.transactions() as transaction:
            now, dead = self.clock.now(), await transaction.jobs.lock_dead(wanted, MOST_AT_ONCE)
            if dead:
                steps = [job.requeue(now) for job in dead]
                await transaction.jobs.change(steps, now)
                after = [_facts(step.execution) for step in steps]
                await self._record(transaction, AdminAction.JOB_REQUEUED, actor, zip(dead, after, strict=True))
                await transaction.commit()
        return len(dead)

    async def purge_dead(self, wanted: JobsOf, actor: Actor) -> int:
        """Remove dead letters for good, the oldest first: how many, at most MOST_AT_ONCE."""
        async with self.transactions() as transaction:
            dead = await transaction.jobs.lock_dead(wanted, MOST_AT_ONCE)
            if dead:
                await transaction.jobs.remove([job.id for job in dead])
                await self._record(transaction, AdminAction.JOB_PURGED, actor, ((job, {}) for job in dead))
                await transaction.commit()
        return len(dead)

    async def _change(
        self, job_id: JobId, happen: Callable[[Execution, datetime], Step], action: AdminAction, actor: Actor
    ) -> Execution:
        async with self.transactions() as transaction:
            now, job = self.clock.now(), await transaction.jobs.lock(job_id)
            step = happen(job, now)
            await transaction.jobs.change([step], now)
            await self._record(transaction, action, actor, [(job, _facts(step.execution))])
            await transaction.commit()
        return step.execution

    async def _record(
        self,
        transaction: AdministeredTransaction,
        action: AdminAction,
        actor: Actor,
        changes: Iterable[tuple[Execution, Facts]],
    ) -> None:
        """What was done to each job, and what is there after it."""
        now = self.clock.now()
        for job, after in changes:
            await transaction.admin_log.add(actor.record(self.ids.new(), now, action, job.id, _facts(job), after))


def _facts(job: Execution) -> Facts:
    return {
        "name": job.name,
        "queue": job.queue,
        "state": job.state,
        "failures": job.failures,
        "error": job.failure.code if job.failure else None,
        "cancel_asked": job.cancel_asked,
    }
