"""Start the job of a schedule now."""

from dataclasses import dataclass, replace

from application.jobs.schedules.facts import facts_of
from application.jobs.schedules.ports import ScheduleTransactions
from application.jobs.schedules.start_job import StartJob
from application.shared.ports import Clock, Ids
from domain.jobs.schedule import Schedule
from domain.shared.administration import Actor, AdminAction
from domain.shared.errors import Conflict
from domain.shared.ids import ScheduleId


@dataclass(frozen=True, slots=True)
class RunSchedule:
    """Starts it besides its times, which stay; also where it is paused."""

    transactions: ScheduleTransactions
    start: StartJob
    clock: Clock
    ids: Ids

    async def __call__(self, schedule_id: ScheduleId, actor: Actor) -> Schedule:
        """The schedule with its new job. Raises NotFound, Invalid, and Conflict while the job before has not ended."""
        async with self.transactions() as transaction:
            schedule = await transaction.schedules.lock(schedule_id)
            if await transaction.schedules.running([schedule]):
                raise Conflict("SCHEDULE_RUNNING", "Wait for its last job to end, or cancel that job first.")
            now, record_id = self.clock.now(), self.ids.new()
            job_id = await self.start(transaction.jobs, schedule, f"run/{record_id}")
            run = replace(schedule, last_fire_at=now, last_job_id=job_id)
            await transaction.schedules.change([run])
            told = facts_of(schedule), {**facts_of(run), "job_id": str(job_id)}
            await transaction.admin_log.add(actor.record(record_id, now, AdminAction.SCHEDULE_RUN, schedule_id, *told))
            await transaction.commit()
        return run
