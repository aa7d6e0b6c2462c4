"""Worker processes to be stopped and killed, and what became of their jobs."""

import asyncio
import json
import os
import signal
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID, uuid4

from application.jobs.contracts import Contract
from application.jobs.queue_service import Asked
from domain.jobs.execution import Execution, State
from domain.shared.ids import JobId
from entrypoints.container import Container
from entrypoints.runtime import container
from tests.conftest import settings_for
from tests.integration.job_nursery import JobNursery, status_file
from tests.integration.job_worker import Mark, Plan
from tests.support import on_database

PATIENCE_S = 60.0
PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A worker in a process group of its own, and its log."""

    pid: int
    log: Path

    @property
    def status(self) -> int | None:
        """Its exit status, once it has ended."""
        file = status_file(self.log)
        return int(file.read_text()) if file.exists() else None

    def said(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def wait_for(self, words: str) -> None:
        """Until its log has these words."""
        while words not in self.said():
            assert self.status is None, self.said()
            sleep(PAUSE_S)

    def health(self) -> Any:
        """What it tells of itself."""
        url = self.said().partition("told at ")[2].split()[0]
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return json.load(answer)["data"]

    def wait_until_draining(self) -> None:
        while self.health()["status"] != "draining":
            sleep(PAUSE_S)

    def signal(self, number: signal.Signals) -> None:
        """To the whole group."""
        os.killpg(self.pid, number)

    def ended(self) -> int:
        """Its exit status, once it has ended."""
        while (status := self.status) is None:
            sleep(PAUSE_S)
        return status

    def stop(self) -> int:
        """Its exit status after SIGTERM."""
        self.signal(signal.SIGTERM)
        return self.ended()


@dataclass(frozen=True, slots=True)
class Workers:
    """Starts workers, each with a log in the folder."""

    nursery: JobNursery
    folder: Path

    @contextmanager
    def running(self, plan: Plan, *, ready: bool = True) -> Iterator[WorkerProcess]:
        """A worker, once it is ready; killed in the end if it still runs."""
        log = self.folder / f"worker-{uuid4().hex}.log"
        worker = WorkerProcess(self.nursery.start(plan, log), log)
        try:
            if ready:
                worker.wait_for("is ready")
            yield worker
        finally:
            if worker.status is None:
                worker.signal(signal.SIGKILL)
                worker.ended()


@dataclass(frozen=True, slots=True)
class Asking:
    """Whoever asks for jobs, as the API does, and looks what became of them."""

    exchange: Container

    async def ask(self, contract: Contract[Mark], payload: Mark = Mark()) -> JobId:  # noqa: B008 - it is frozen
        return (await self.exchange.queue_service().request(contract, payload)).execution.id

    async def ask_many(self, contract: Contract[Mark], number: int) -> None:
        """In one transaction."""
        async with self.exchange.transactions()() as transaction:
            await self.exchange.queue_service().add_many(transaction.jobs, contract, [Mark()] * number, Asked())
            await transaction.commit()

    async def job(self, job_id: JobId) -> Execution:
        return await self.exchange.queue_service().get(job_id)

    async def reached(self, job_id: JobId, *states: State) -> Execution:
        """The job, once it is in one of these states."""
        while (job := await self.job(job_id)).state not in states:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(PAUSE_S)
        return job

    async def states(self) -> Counter[State]:
        return Counter({State(row[0]): row[1] for row in await self.rows(_STATES)})

    async def all_ended(self) -> Counter[State]:
        """How many jobs are in which state, once nothing more happens by itself."""
        await self.met(lambda states: all(state.final for state in states))
        return await self.states()

    async def dead(self, worker: WorkerProcess, job_id: JobId) -> None:
        """Once the worker has ended, or the job is a dead letter."""
        while worker.status is None and (await self.job(job_id)).state is not State.DEAD_LETTER:  # noqa: ASYNC110
            await asyncio.sleep(PAUSE_S)

    async def met(self, condition: Callable[[Counter[State]], bool]) -> None:
        """Once the states fulfil a condition."""
        while not condition(await self.states()):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(PAUSE_S)

    async def effects(self) -> Sequence[tuple[UUID, int]]:
        """Jobs and attempts that left a trace."""
        return [(row[0], row[1]) for row in await self.rows("SELECT job_id, attempt FROM effects")]

    async def rows(self, statement: str) -> list[Any]:
        url = self.exchange.settings().database_url
        assert url
        return await on_database(url, statement)


@asynccontextmanager
async def asking_through(plan: Plan, folder: Path) -> AsyncIterator[Asking]:
    """A process like the API's, on the servers of a plan."""
    settings = settings_for(plan.database_url, folder).model_copy(update={"redis_url": plan.redis_url})
    async with container(settings, migrate=False) as exchange:
        yield Asking(exchange)


_STATES = "SELECT state, count(*) FROM job_executions GROUP BY state"
