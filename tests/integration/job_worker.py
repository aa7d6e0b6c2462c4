"""A worker with jobs that leave a trace in the table `effects`, and jobs that misbehave."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from dependency_injector import providers
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.session import session
from adapters.postgres.transactions import PostgresTransaction
from application.jobs.bounds import WorkerBounds
from application.jobs.catalogue.system import PING
from application.jobs.contracts import Contract, Payload
from application.jobs.ping import ping
from application.jobs.ports import Wakes
from application.jobs.queue_service import QueueService
from application.jobs.run import Run, Work, Works
from domain.jobs.execution import Execution, Queue
from domain.jobs.retry import Delays
from entrypoints.cli.worker import run_worker
from entrypoints.container import Container
from entrypoints.logs import log_to_stderr
from entrypoints.settings import Settings
from entrypoints.signals import STOP, handle, leave
from entrypoints.worker_settings import WorkerSettings
from entrypoints.works import works_of

CREATE_EFFECTS = "CREATE TABLE effects (job_id uuid NOT NULL, attempt int NOT NULL)"
SOON = Delays((timedelta(milliseconds=200),) * 3)
POISON_STATUS = 9
PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the worker works, on what port it tells of itself, and with which bounds; times are in seconds."""

    database_url: str
    redis_url: str
    port: int | None = None
    lease: float = 1.5
    reap: float = 0.3
    poll: float = 1.0
    stop: float = 20.0

    def by_default(self) -> "Plan":
        """The same, with the bounds of a worker for which nobody set any."""
        bounds = WorkerSettings().worker_bounds
        return replace(self, lease=bounds.lease, reap=bounds.reap, poll=bounds.poll, stop=bounds.stop)


class Mark(Payload):
    """Leave a trace, after so many seconds or once a file is there, and perhaps another such job with it."""

    seconds: float = 0
    file: str = ""
    again: bool = False


MARK = Contract(name="test.mark", queue=Queue.MAINTENANCE, payload=Mark, retries=SOON, time_limit=timedelta(minutes=2))
PLAIN = Contract(name="test.plain", queue=Queue.MAINTENANCE, payload=Mark)
POISON = Contract(name="test.poison", queue=Queue.MAINTENANCE, payload=Mark, retries=SOON)
STUBBORN = Contract(
    name="test.stubborn",
    queue=Queue.REPORTS,
    payload=Mark,
    retries=Delays(()),
    time_limit=timedelta(milliseconds=200),
)
BLOCKING = Contract(
    name="test.blocking", queue=Queue.TRADES, payload=Mark, retries=SOON, time_limit=timedelta(minutes=2)
)


class Quick(Settings):
    """Settings with bounds that are shorter, or longer, than the environment could make them."""

    plan: Plan

    @property
    def worker_bounds(self) -> WorkerBounds:
        plan = self.plan
        return replace(super().worker_bounds, lease=plan.lease, reap=plan.reap, poll=plan.poll, stop=plan.stop)


class Marking(PostgresTransaction):
    """A transaction that may leave a trace."""

    async def mark(self, job: Execution) -> None:
        await self._session.fetch("INSERT INTO effects VALUES ($1, $2)", job.id, job.attempt)


@dataclass(frozen=True, slots=True)
class Handlers:
    engine: AsyncEngine
    wakes: Wakes
    queue: QueueService

    async def mark(self, run: Run[Mark]) -> None:
        """The trace and the end of the job are one."""
        await asyncio.sleep(run.payload.seconds)
        async with run.ending(self._transactions)() as transaction:
            await transaction.mark(run.execution)
            if run.payload.again:
                await self.queue.add(transaction.jobs, MARK, Mark())
            await transaction.commit()

    async def poison(self, _: Run[Mark]) -> None:
        os._exit(POISON_STATUS)

    async def stubborn(self, _: Run[Mark]) -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    async def blocking(self, run: Run[Mark]) -> None:
        """Blocks the loop the first time, then goes on as if nothing had happened."""
        if run.execution.attempt == 1:
            _block_until(Path(run.payload.file))
        async with run.ending(self._transactions)() as transaction:
            await transaction.mark(run.execution)
            await transaction.commit()

    @asynccontextmanager
    async def _transactions(self) -> AsyncIterator[Marking]:
        async with session(self.engine) as opened:
            yield Marking(opened, self.wakes)


def _block_until(file: Path) -> None:
    while not file.exists():
        time.sleep(PAUSE_S)


def works(handlers: Handlers) -> Works:
    return works_of(
        Work(PING, ping),
        Work(MARK, handlers.mark),
        Work(PLAIN, handlers.mark),
        Work(POISON, handlers.poison),
        Work(STUBBORN, handlers.stubborn),
        Work(BLOCKING, handlers.blocking),
    )


def become_worker(plan: Plan) -> NoReturn:
    """What `presage worker` does, with these jobs and bounds."""
    handlers = providers.Singleton(Handlers, Container.trading_engine, Container.wakes, Container.queue_service)
    Container.works.override(providers.Singleton(works, handlers))
    settings = Quick(
        _env_file=None,  # type: ignore[call-arg]
        database_url=plan.database_url,
        redis_url=plan.redis_url,
        worker_port=plan.port,
        worker_stop=plan.stop,
        plan=plan,
    )
    handle(dict.fromkeys(STOP, leave))
    log_to_stderr("INFO")
    run_worker(settings, tuple(Queue))
