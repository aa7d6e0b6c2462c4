"""Bring the schedules of the settings into the store."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.jobs.run import Works
from application.jobs.schedules.contract_of import contract_of
from application.jobs.schedules.cron import Cron
from application.jobs.schedules.ports import Schedules, ScheduleTransactions
from application.shared.ports import Clock, Ids
from domain.jobs.schedule import Plan, Schedule, Source
from domain.shared.ids import ScheduleId


@dataclass(frozen=True, slots=True)
class DeclareSchedules:
    """Adds, changes and removes what the settings name, change and name no more.

    One that an administrator paused stays paused. One that is added under a name that an administrator used takes it.
    """

    transactions: ScheduleTransactions
    works: Works
    clock: Clock
    ids: Ids

    async def __call__(self, plans: Sequence[Plan]) -> None:
        """Raises NotFound and Invalid where one cannot be used, and Unavailable."""
        for plan in plans:
            contract = contract_of(plan.job, self.works)
            contract.read(plan.payload, contract.version)
        async with self.transactions() as transaction:
            for plan in sorted(plans, key=lambda plan: plan.name):  # in one order everywhere
                await self._declare(transaction.schedules, plan)
            await transaction.schedules.keep_of_settings([plan.name for plan in plans])
            await transaction.commit()

    async def _declare(self, schedules: Schedules, plan: Plan) -> None:
        now = self.clock.now()
        next_at = Cron(plan.cron, plan.zone).after(now)
        new = Schedule(ScheduleId(self.ids.new()), plan, Source.SETTINGS, next_at, created_at=now)
        if await schedules.add(new):
            return
        stored = await schedules.lock_named(plan.name)
        declared = stored.planned(plan, next_at)
        if declared != stored:
            await schedules.change([declared])
