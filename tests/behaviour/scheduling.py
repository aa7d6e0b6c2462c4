"""Schedules on any store: their use cases, and short ways to have jobs started."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from application.jobs.catalogue.system import PING
from application.jobs.contracts import Contract, OpenTo
from application.jobs.ping import ping
from application.jobs.queue_service import QueueService
from application.jobs.run import Work, Works
from application.jobs.schedules.add_schedule import AddSchedule
from application.jobs.schedules.change_schedule import ChangeSchedule
from application.jobs.schedules.declare_schedules import DeclareSchedules
from application.jobs.schedules.remove_schedule import RemoveSchedule
from application.jobs.schedules.run_schedule import RunSchedule
from application.jobs.schedules.start_job import StartJob
from application.jobs.schedules.tick import Tick
from domain.jobs.execution import Execution, Failure, State, Step
from domain.jobs.retry import DEFAULT_RETRIES
from domain.jobs.schedule import Missed, Plan, Schedule
from domain.shared.administration import Actor
from domain.shared.ids import JobId, ScheduleId
from tests.behaviour.world import World

BATCH = 100
SECRET = Contract(name="secret.job", queue=PING.queue, payload=PING.payload, open_to=OpenTo.NOBODY)
OPERATOR = Actor(None, "In a test.")
LEASE = timedelta(seconds=10)

FAILURE = Failure("JOB_FAULT", "It failed.")
END: Mapping[State, Callable[[Execution, datetime], Step]] = {
    State.RETRYING: lambda job, now: job.fail(FAILURE, DEFAULT_RETRIES, now),
    State.COMPLETED: lambda job, now: job.complete(None, now),
    State.FAILED: lambda job, now: job.refuse(FAILURE, now),
    State.DEAD_LETTER: lambda job, now: job.bury(FAILURE, now),
    State.CANCELLED: lambda job, now: job.cancelled(now),
}
"""How an active job comes to be in a state."""


def plan(name: str = "hourly", cron: str = "0 * * * *", **changes: Any) -> Plan:
    """A ping."""
    return Plan(**{"name": name, "job": PING.name, "payload": '{"echo": "x"}', "cron": cron} | changes)


@dataclass
class Scheduling:
    """`works` has a job that administrators may ask for, and one that nobody may."""

    world: World

    def __post_init__(self) -> None:
        world = self.world
        self.works: Works = {each.name: Work(each, ping) for each in (PING, SECRET)}
        queue = QueueService(world.transactions, world.job_queries, world.clock, world.ids)
        start = StartJob(queue, self.works)
        self.add = AddSchedule(world.transactions, self.works, world.clock, world.ids)
        self.change = ChangeSchedule(world.transactions, world.clock, world.ids)
        self.remove = RemoveSchedule(world.transactions, world.clock, world.ids)
        self.run = RunSchedule(world.transactions, start, world.clock, world.ids)
        self.declare = DeclareSchedules(world.transactions, self.works, world.clock, world.ids)
        self.tick = Tick(world.transactions, start, world.clock)

    async def at(self, moment: datetime) -> int:
        """Tick at a moment: how many schedules were due."""
        self.world.clock.time = moment
        return await self.tick(BATCH)

    async def added(self, actor: Actor = OPERATOR, missed: Missed = Missed.ONCE, **changes: Any) -> ScheduleId:
        """A schedule that starts a ping each hour."""
        return (await self.add(plan(missed=missed, **changes), actor)).id

    async def one(self, schedule_id: ScheduleId) -> Schedule:
        """A schedule as it is stored."""
        (found,) = [each for each in await self.world.schedule_queries.schedules(BATCH) if each.id == schedule_id]
        return found

    async def jobs(self) -> list[dict[str, Any]]:
        """Every job, the oldest first."""
        return (await self.world.tables())["job_executions"]

    async def bring(self, job_id: JobId, state: State) -> None:
        """Have a waiting job be in a state."""
        now = self.world.clock.now()
        async with self.world.transactions() as transaction:
            steps = [(await transaction.jobs.lock(job_id)).claim(now, LEASE)]
            if state is not State.ACTIVE:
                steps.append(END[state](steps[0].execution, now))
            for step in steps:
                await transaction.jobs.change([step], now)
            await transaction.commit()

    async def end(self) -> None:
        """End every job that has not ended."""
        now = self.world.clock.now()
        async with self.world.transactions() as transaction:
            for row in await self.jobs():
                job = await transaction.jobs.lock(row["id"])
                if not job.state.final:
                    step = job.cancelled(now) if job.state is State.ACTIVE else job.cancel(now)
                    await transaction.jobs.change([step], now)
            await transaction.commit()

    async def last_job(self, schedule_id: ScheduleId) -> Execution:
        """The job that a schedule started last."""
        job_id = (await self.one(schedule_id)).last_job_id
        assert job_id is not None
        return await self.world.job_queries.job(job_id)
