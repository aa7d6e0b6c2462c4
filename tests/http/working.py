"""Jobs over HTTP: one that every user may ask for, jobs in any state, and workers for them."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from dependency_injector.providers import Object

from application.jobs.catalogue.system import Ping
from application.jobs.contracts import Contract, OpenTo
from application.jobs.ping import ping
from application.jobs.run import Work
from domain.jobs.execution import Execution, Failure, Queue, State, Step
from domain.shared.ids import JobId, UserId
from entrypoints.container import Container
from tests.http.client import Client, Reply

JOBS = "/api/v1/jobs"
ECHO = Contract(name="test.echo", queue=Queue.REPORTS, payload=Ping, open_to=OpenTo.USERS)
FAULT = Failure("JOB_FAULT", "The job met a fault.", "Traceback: the secret of the store")


def open_to_users(exchange: Container) -> None:
    """Add a job that every user may ask for."""
    exchange.works.override(Object({**exchange.works(), ECHO.name: Work(ECHO, ping)}))


async def a_job(
    exchange: Container, by: UUID | None, state: State = State.PENDING, contract: Contract[Any] = ECHO, **changes: Any
) -> str:
    """The id of a job that somebody asked for, as it stands."""
    clock, ids = exchange.clock(), exchange.ids()
    now = clock.now()
    job = Execution(
        id=JobId(ids.new()),
        name=contract.name,
        version=1,
        queue=contract.queue,
        payload='{"echo": "hello", "seconds": 0}',
        due_at=now,
        created_at=now,
        requested_by=UserId(by) if by else None,
    )
    if state.final:
        job = replace(job, attempt=1, started_at=now, finished_at=now, failures=1, failure=FAULT)
    async with exchange.transactions()() as transaction:
        await transaction.jobs.add([replace(job, state=state, **changes)])
        await transaction.commit()
    return str(job.id)


async def ask(by: Client, key: str | None = None, **payload: Any) -> Reply:
    """Ask for an echo."""
    return await by.post(JOBS, {"name": ECHO.name, "payload": payload}, key)


class Ended:
    """Implements the Observer port: waits for the end of a job."""

    def __init__(self, job_id: JobId) -> None:
        self._job_id, self._event = job_id, asyncio.Event()

    def happened(self, step: Step) -> None:
        if step.execution.id == self._job_id and step.execution.state.final:
            self._event.set()

    async def wait(self) -> None:
        await self._event.wait()


async def work_done(exchange: Container, job_id: JobId) -> Execution:
    """A job, once a worker in this process has ended it."""
    ended, queue = Ended(job_id), exchange.queue_service()
    with exchange.observer.override(Object(ended)):
        worker = exchange.worker(name="a worker")
    async with worker:
        worker.wake((await queue.get(job_id)).queue)
        await ended.wait()
    return await queue.get(job_id)
