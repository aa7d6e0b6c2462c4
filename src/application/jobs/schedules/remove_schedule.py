"""Start a job no more."""

from dataclasses import dataclass

from application.jobs.schedules.facts import facts_of
from application.jobs.schedules.ports import ScheduleTransactions
from application.shared.ports import Clock, Ids
from domain.jobs.schedule import Schedule
from domain.shared.administration import Actor, AdminAction
from domain.shared.ids import ScheduleId


@dataclass(frozen=True, slots=True)
class RemoveSchedule:
    """Removes a schedule that administrators added; its jobs stay, one that runs goes on."""

    transactions: ScheduleTransactions
    clock: Clock
    ids: Ids

    async def __call__(self, schedule_id: ScheduleId, actor: Actor) -> Schedule:
        """The schedule as it was. Raises NotFound, and Conflict where it is one of the settings."""
        async with self.transactions() as transaction:
            schedule = await transaction.schedules.lock(schedule_id)
            schedule.require_removable()
            await transaction.schedules.remove(schedule_id)
            now, action = self.clock.now(), AdminAction.SCHEDULE_REMOVED
            record = actor.record(self.ids.new(), now, action, schedule_id, facts_of(schedule), {})
            await transaction.admin_log.add(record)
            await transaction.commit()
        return schedule
