"""Start the job of a schedule now."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from application.jobs.schedules.facts import facts_of
from application.jobs.schedules.ports import ScheduleTransactions
from application.jobs.schedules.start_job import StartJob
from application.shared.ports import Clock, Ids
from domain.jobs.schedule import Schedule
from domain.shared.administration import Actor, AdminAction
from domain.shared.errors import Conflict
from domain.shared.ids import ScheduleId


class Started(NamedTuple):
    """A schedule with the job that was started; `repeated` where it had been started before."""

    schedule: Schedule
    repeated: bool


@dataclass(frozen=True, slots=True)
class RunSchedule:
    """Starts it besides its times, which stay; also where it is paused."""

    transactions: ScheduleTransactions
    start: StartJob
    clock: Clock
    ids: Ids

    async def __call__(self, schedule_id: ScheduleId, actor: Actor, key: str) -> Started:
        """The schedule with its new job, which is started and recorded once for the administrator's own key.

        Raises NotFound, Invalid, and Conflict while the job before has not ended.
        """
        async with self.transactions() as transaction:
            schedule = await transaction.schedules.lock(schedule_id)
            job, repeated = await self.start(transaction.jobs, schedule, f"run/{schedule_id}/{actor.admin_id}/{key}")
            run = replace(schedule, last_fire_at=job.created_at, last_job_id=job.id)
            if repeated:
                return Started(run, repeated=True)
            if await transaction.schedules.running([schedule]):
                raise Conflict("SCHEDULE_RUNNING", "Wait for its last job to end, or cancel that job first.")
            await transaction.schedules.change([run])
            told = facts_of(schedule), {**facts_of(run), "job_id": str(job.id)}
            now, action = self.clock.now(), AdminAction.SCHEDULE_RUN
            await transaction.admin_log.add(actor.record(self.ids.new(), now, action, schedule_id, *told))
            await transaction.commit()
        return Started(run, repeated=False)
