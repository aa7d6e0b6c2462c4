"""Find jobs whose worker fell silent: killed, cut off, or stopped by a call that blocks."""

from dataclasses import dataclass

from application.jobs.observers import Announcer, Observer
from application.jobs.ports import JobsTransactions
from application.jobs.run import Works
from application.shared.ports import Clock
from domain.jobs.execution import Execution, Step
from domain.jobs.retry import DEFAULT_RETRIES, RetrySchedule


@dataclass(frozen=True, slots=True)
class Reap:
    """Counts each as a failed try, so that a job that kills its workers ends as a dead letter."""

    transactions: JobsTransactions
    works: Works
    clock: Clock
    announcer: Announcer
    observer: Observer

    async def __call__(self, limit: int) -> int:
        """How many were found, at most `limit`; call again while there are as many. Raises Unavailable."""
        async with self.transactions() as transaction:
            now = self.clock.now()
            lost = await transaction.jobs.lock_lost(now, limit)
            if not lost:
                return 0
            steps = [job.lose(self._retries(job), now) for job in lost]
            await transaction.jobs.change(steps, now)
            for follow_ups in (await self.announcer.follow_ups(steps)).values():
                await transaction.jobs.add(follow_ups)
            await transaction.commit()
        self._tell(steps)
        return len(steps)

    def _retries(self, job: Execution) -> RetrySchedule:
        work = self.works.get(job.name)
        return work.contract.retries if work else DEFAULT_RETRIES

    def _tell(self, steps: list[Step]) -> None:
        for step in steps:
            self.observer.happened(step)
