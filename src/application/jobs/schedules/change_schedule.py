"""Pause a schedule, and let it go on."""

from collections.abc import Callable
from dataclasses import dataclass

from application.jobs.schedules.cron import Cron
from application.jobs.schedules.facts import facts_of
from application.jobs.schedules.ports import ScheduleTransactions
from application.shared.ports import Clock, Ids
from domain.jobs.schedule import Schedule
from domain.shared.administration import Actor, AdminAction
from domain.shared.ids import ScheduleId


@dataclass(frozen=True, slots=True)
class ChangeSchedule:
    """A change to what the schedule already does changes and records nothing. Raises NotFound and Invalid."""

    transactions: ScheduleTransactions
    clock: Clock
    ids: Ids

    async def pause(self, schedule_id: ScheduleId, actor: Actor) -> Schedule:
        """Start no job until it is resumed; one that runs goes on."""
        return await self._change(schedule_id, Schedule.pause, AdminAction.SCHEDULE_PAUSED, actor)

    async def resume(self, schedule_id: ScheduleId, actor: Actor) -> Schedule:
        """Go on with the next time."""

        def resume(schedule: Schedule) -> Schedule:
            return schedule.resume(Cron(schedule.plan.cron, schedule.plan.zone).after(self.clock.now()))

        return await self._change(schedule_id, resume, AdminAction.SCHEDULE_RESUMED, actor)

    async def _change(
        self, schedule_id: ScheduleId, step: Callable[[Schedule], Schedule], action: AdminAction, actor: Actor
    ) -> Schedule:
        async with self.transactions() as transaction:
            schedule = await transaction.schedules.lock(schedule_id)
            changed = step(schedule)
            if changed == schedule:
                return schedule
            await transaction.schedules.change([changed])
            now, before, after = self.clock.now(), facts_of(schedule), facts_of(changed)
            await transaction.admin_log.add(actor.record(self.ids.new(), now, action, schedule_id, before, after))
            await transaction.commit()
        return changed
