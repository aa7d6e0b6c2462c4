"""Start the jobs whose time has come."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from application.jobs.ports import Jobs
from application.jobs.schedules.cron import Cron
from application.jobs.schedules.ports import ScheduleTransactions
from application.jobs.schedules.start_job import StartJob
from application.shared.ports import Clock
from domain.jobs.schedule import Schedule
from domain.shared.errors import Invalid, NotFound

RUNNING = "The job before it had not ended."
MISSED = "No scheduler ran at the time."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """Each time of a schedule starts one job at most, whatever number of processes tick, and whichever is killed: the
    schedule is locked, its job is added and its next time stored in one transaction, and the job's key names the time.

    While the job before has not ended, none is started.
    """

    transactions: ScheduleTransactions
    start: StartJob
    clock: Clock

    async def __call__(self, limit: int) -> int:
        """How many schedules were due, at most `limit`; call again while there are as many. Raises Unavailable."""
        async with self.transactions() as transaction:
            now = self.clock.now()
            due = await transaction.schedules.lock_due(now, limit)
            if not due:
                return 0
            running = await transaction.schedules.running(due)
            ticked = [await self._tick(transaction.jobs, each, each.id in running, now) for each in due]
            await transaction.schedules.change(ticked)
            await transaction.commit()
        return len(due)

    async def _tick(self, jobs: Jobs, schedule: Schedule, running: bool, now: datetime) -> Schedule:
        try:
            after = Cron(schedule.plan.cron, schedule.plan.zone).after
        except Invalid as refusal:  # such as a zone that this machine does not know
            _log.error("schedule %s is paused: %s", schedule.plan.name, refusal)
            return schedule.pause(refusal.message)
        if running:
            return _skipped(schedule, RUNNING, after(now))
        return await self._fire(jobs, schedule, after, now)

    async def _fire(
        self, jobs: Jobs, schedule: Schedule, after: Callable[[datetime], datetime], now: datetime
    ) -> Schedule:
        at, next_at = schedule.fire_at(now, after), after(now)
        if at is None:
            return _skipped(schedule, MISSED, next_at)
        try:
            job, _ = await self.start(jobs, schedule, f"cron:{schedule.id}:{at.isoformat()}")
        except (Invalid, NotFound) as refusal:
            return _skipped(schedule, refusal.message, next_at)
        return schedule.fired(at, job.id, next_at)


def _skipped(schedule: Schedule, why: str, next_at: datetime) -> Schedule:
    _log.warning("schedule %s starts no job for %s: %s", schedule.plan.name, schedule.next_at.isoformat(), why)
    return schedule.skip(why, next_at)
