"""Jobs of tests, and workers that take them: with short bounds, and only when they are woken."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from application.jobs.bounds import WorkerBounds
from application.jobs.contracts import Contract, Payload
from application.jobs.observers import Announcer, Observer, Silent
from application.jobs.ports import FollowUps, Runs
from application.jobs.queue_service import NOBODY, Asked
from application.jobs.run import Result, Run, Work
from application.jobs.worker import Worker
from application.shared.ports import Clock
from domain.jobs.execution import EventKind, Execution, Queue, Step
from domain.shared.ids import JobId
from tests.behaviour.world import World
from tests.fakes.state import Row

NEVER = 3_600.0
"""Seconds that no test waits."""

QUICK = WorkerBounds(
    slots=4,
    trade_slots=8,
    notice_slots=6,
    lease=0.15,
    poll=NEVER,
    reap=NEVER,
    stop=5.0,
    cancel=0.05,
    watch=0.01,
    progress=0.0,
    settle_attempts=3,
    settle_pause=0.001,
)
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=12)


class Told(Payload):
    """What a job of a test is told."""

    text: str = ""


JOB = Contract(name="test.job", queue=Queue.REPORTS, payload=Told)
EFFECT = Contract(name="test.effect", queue=Queue.NOTIFICATIONS, payload=Told)
"""A job that nobody takes: the effect of another one, as a row that its transaction writes."""

Handler = Callable[[Run[Told]], Awaitable[Result]]


class Heard(Silent):
    """Implements the Observer port: a test can wait for what it hears."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._news = asyncio.Event()

    def happened(self, step: Step) -> None:
        self.steps.append(step)
        self._news.set()

    async def until(self, kind: EventKind, count: int = 1) -> list[Execution]:
        """The jobs to which it happened, as soon as it has happened so often."""
        while len(found := [job for job, event in self.steps if event is kind]) < count:
            self._news.clear()
            await self._news.wait()
        return found


class Announces:
    """Implements the Announcer port: an effect follows from every job that ends."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def follow_ups(self, steps: Sequence[Step]) -> FollowUps:
        return {job.id: [an_effect(self._world, f"{event} {job.id}")] for job, event in steps if job.state.final}


def an_effect(world: World, text: str) -> Execution:
    now = world.clock.now()
    return Execution(
        id=JobId(world.ids.new()),
        name=EFFECT.name,
        version=1,
        queue=EFFECT.queue,
        payload=Told(text=text).model_dump_json(),
        due_at=now,
        created_at=now,
    )


async def ask(
    world: World, text: str = "", asked: Asked = NOBODY, contract: Contract[Told] = JOB, times: int = 1
) -> list[Execution]:
    """Ask for jobs in one transaction."""
    async with world.transactions() as transaction:
        added = await world.queue.add_many(transaction.jobs, contract, [Told(text=text)] * times, asked)
        await transaction.commit()
    return [each.execution for each in added]


async def ask_one(world: World, text: str = "", asked: Asked = NOBODY, contract: Contract[Told] = JOB) -> Execution:
    (job,) = await ask(world, text, asked, contract)
    return job


def worker(
    world: World,
    works: Handler | Mapping[str, Work[Any]],
    bounds: WorkerBounds = QUICK,
    observer: Observer | None = None,
    announcer: Announcer | None = None,
    runs: Runs | None = None,
    contract: Contract[Told] = JOB,
    clock: Clock | None = None,
    **changes: Any,
) -> Worker:
    """A worker of a world, with one kind of job unless it is told of several."""
    known = works if isinstance(works, Mapping) else {contract.name: Work(contract, works)}
    return Worker(
        world.transactions,
        runs or world.runs,
        known,
        clock or world.clock,
        replace(bounds, **changes),
        announcer or Silent(),
        observer or Silent(),
        "a worker",
        {work.contract.queue for work in known.values()} or {JOB.queue},
    )


async def nothing(_: Run[Told]) -> None:
    """A handler."""


async def claimed(world: World, limit: int = 1, queue: Queue = JOB.queue) -> list[Execution]:
    """What a worker takes now."""
    return list(await world.runs.claim(queue, limit, "a worker", world.clock.now(), LEASE))


async def row_of(world: World, job: Execution) -> Row:
    (row,) = [row for row in (await world.tables())["job_executions"] if row["id"] == job.id]
    return row


async def effects(world: World) -> list[str]:
    """The texts of all effects that were committed."""
    rows = (await world.tables())["job_executions"]
    return sorted(row["payload"]["text"] for row in rows if row["name"] == EFFECT.name)


async def history(world: World, job: Execution) -> list[EventKind]:
    """What happened to a job."""
    return [event.kind for event in await world.job_queries.events(job.id, 1_000)]
