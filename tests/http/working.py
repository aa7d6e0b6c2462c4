"""A worker that does one job."""

import asyncio

from dependency_injector.providers import Object

from domain.jobs.execution import Execution, Step
from domain.shared.ids import JobId
from entrypoints.container import Container


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
