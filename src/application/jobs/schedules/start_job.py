"""The job of a schedule."""

from dataclasses import dataclass

from application.jobs.ports import Jobs
from application.jobs.queue_service import Added, Asked, QueueService
from application.jobs.run import Works
from application.jobs.schedules.contract_of import contract_of
from domain.jobs.schedule import Schedule


@dataclass(frozen=True, slots=True)
class StartJob:
    """Asks for the job of a schedule, in the name of whoever added it."""

    queue: QueueService
    works: Works

    async def __call__(self, jobs: Jobs, schedule: Schedule, key: str) -> Added:
        """The job, the first one of its key. Raises NotFound and Invalid where it cannot be asked for any more."""
        contract = contract_of(schedule.plan.job, self.works)
        payload = contract.asked_by(contract.read(schedule.plan.payload, contract.version), None)
        asked = Asked(schedule.created_by, key, once=True)
        return await self.queue.add(jobs, contract, payload, asked)
