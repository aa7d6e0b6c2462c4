"""Have a job started again and again."""

from dataclasses import dataclass

from application.jobs.contracts import OpenTo
from application.jobs.run import Works
from application.jobs.schedules.contract_of import contract_of
from application.jobs.schedules.cron import Cron
from application.jobs.schedules.facts import facts_of
from application.jobs.schedules.ports import ScheduleTransactions
from application.shared.ports import Clock, Ids
from domain.jobs.schedule import MAX_SCHEDULES, Plan, Schedule, Source
from domain.shared.administration import Actor, AdminAction
from domain.shared.errors import Conflict, Forbidden
from domain.shared.ids import ScheduleId


@dataclass(frozen=True, slots=True)
class AddSchedule:
    """Adds a schedule of a job that administrators may ask for; its first time is the next one from now on."""

    transactions: ScheduleTransactions
    works: Works
    clock: Clock
    ids: Ids

    async def __call__(self, plan: Plan, actor: Actor) -> Schedule:
        """The schedule. Raises Invalid, NotFound, Forbidden, and Conflict where its name is taken or there are many."""
        self._check(plan)
        now = self.clock.now()
        schedule = Schedule(
            ScheduleId(self.ids.new()),
            plan,
            Source.API,
            Cron(plan.cron, plan.zone).after(now),
            created_at=now,
            created_by=actor.admin_id,
        )
        async with self.transactions() as transaction:
            if await transaction.schedules.count() >= MAX_SCHEDULES:
                raise Conflict("SCHEDULES_MAX", "Remove a schedule first; there are many.", maximum=MAX_SCHEDULES)
            if not await transaction.schedules.add(schedule):
                raise Conflict("SCHEDULE_EXISTS", "Choose another name; there is a schedule of this one.")
            record = actor.record(self.ids.new(), now, AdminAction.SCHEDULE_ADDED, schedule.id, {}, facts_of(schedule))
            await transaction.admin_log.add(record)
            await transaction.commit()
        return schedule

    def _check(self, plan: Plan) -> None:
        contract = contract_of(plan.job, self.works)
        if contract.open_to is OpenTo.NOBODY:
            raise Forbidden("JOB_NOT_OPEN", "Choose another job; the exchange alone asks for these.", job=plan.job)
        contract.read(plan.payload, contract.version)
