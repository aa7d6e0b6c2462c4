"""What is measured of jobs, each on a worker process that does nothing else."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import uuid4

from redis import Redis
from sqlalchemy import text

from application.jobs.catalogue.system import PING, Ping, Pong
from application.jobs.queue_service import Asked
from domain.jobs.execution import Queue
from domain.shared.ids import JobId
from entrypoints.bench.jobs import echo, plain
from entrypoints.bench.jobs.processes import module, process
from entrypoints.container import Container
from entrypoints.settings import Settings

SPARSE = 100
PAUSE_SECONDS = 0.05
LOOK_SECONDS = 0.5
"""Between two looks whether all is done, which reads every job."""

CHUNK = 1_000
LEAD = timedelta(seconds=4)
"""Jobs are asked for before they are due, so that only their execution is measured."""

ARRIVALS = 200
"""Jobs a second."""

_LEASE = timedelta(seconds=60)
_LEFT = text("SELECT count(*) FROM job_executions WHERE trace = :trace AND finished_at IS NULL")
_SECONDS = text(
    "SELECT extract(epoch FROM max(finished_at) - min(due_at))::float FROM job_executions WHERE trace = :trace"
)
_COMPLETION = text(
    "SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - created_at)::float) "
    "FROM job_executions WHERE trace = :trace AND state = 'completed'"
)


@dataclass(frozen=True, slots=True)
class JobBench:
    """Measures on an exchange whose worker, where one is needed, runs beside it."""

    exchange: Container
    settings: Settings

    async def pick_up(self) -> float:
        """Milliseconds from the end of the commit that asks for a job to its handler's running, the median."""
        queue, clock = self.exchange.queue_service(), self.exchange.clock()
        found: list[float] = []
        for _ in range(SPARSE):
            job = (await queue.request(PING, Ping())).execution
            asked_at = clock.now()
            await asyncio.sleep(PAUSE_SECONDS)
            found.append((await self._answered(job.id) - asked_at) / timedelta(milliseconds=1))
        return median(found)

    async def bare(self) -> float:
        """Milliseconds of a round trip through lists of Redis and of one claim's commit, the medians' sum."""
        with process(module("echo"), self.settings):
            trip = await asyncio.to_thread(_trips, str(self.settings.redis_url))
        return trip + await self._claims()

    async def throughput(self, jobs: int) -> float:
        """Audited jobs a second, of jobs that do nothing."""
        trace = uuid4().hex
        await self.ask(jobs, Asked(due_at=self.exchange.clock().now() + LEAD, trace=trace))
        return jobs / await self.drained(trace)

    async def plain(self, jobs: int) -> float:
        """Messages a second of plain Dramatiq, of an actor that does nothing."""
        url = str(self.settings.redis_url)
        _, actor = plain.broker_with(url, lambda: None)
        await asyncio.to_thread(lambda: [actor.send() for _ in range(jobs)])
        with process([*module("plain"), str(jobs)], self.settings), Redis.from_url(url, socket_timeout=None) as redis:
            _, seconds = await asyncio.to_thread(redis.blpop, [plain.DONE])
        return (jobs - 1) / float(seconds)

    async def completion(self, seconds: int) -> float:
        """Seconds from being asked for to being completed, of 95 in 100 jobs that arrive one by one."""
        queue, trace, started = self.exchange.queue_service(), uuid4().hex, time.perf_counter()
        asking = []
        for number in range(ARRIVALS * seconds):
            await asyncio.sleep(max(0.0, started + number / ARRIVALS - time.perf_counter()))
            asking.append(asyncio.create_task(queue.request(PING, Ping(), Asked(trace=trace))))
        await asyncio.gather(*asking)
        await self.drained(trace)
        return float(await self._one(_COMPLETION, trace=trace))

    async def ask(self, jobs: int, asked: Asked) -> None:
        """Ask for many jobs that do nothing."""
        queue = self.exchange.queue_service()
        for first in range(0, jobs, CHUNK):
            async with self.exchange.transactions()() as transaction:
                pings = [Ping(echo=str(number)) for number in range(first, min(first + CHUNK, jobs))]
                await queue.add_many(transaction.jobs, PING, pings, asked)
                await transaction.commit()

    async def drained(self, trace: str) -> float:
        """Wait until all jobs of a trace have ended: the seconds from the first being due to the last one's end."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not await self._one(_LEFT, trace=trace):
                return float(await self._one(_SECONDS, trace=trace))

    async def _answered(self, job_id: JobId) -> datetime:
        """When a ping was answered."""
        while True:
            job = await self.exchange.queue_service().get(job_id)
            if job.result is not None:
                return Pong.model_validate_json(job.result).answered_at
            await asyncio.sleep(PAUSE_SECONDS)

    async def _claims(self) -> float:
        """Milliseconds of one claim, the median, where no worker takes the jobs away."""
        runs, clock = self.exchange.runs(), self.exchange.clock()
        found: list[float] = []
        await self.ask(SPARSE, Asked())
        for _ in range(SPARSE):
            started = time.perf_counter()
            await runs.claim(Queue.MAINTENANCE, 1, "bench", clock.now(), _LEASE)
            found.append((time.perf_counter() - started) * 1000)
        return median(found)

    async def _one(self, statement: Any, **parameters: object) -> Any:
        async with self.exchange.engine().connect() as connection:
            return (await connection.execute(statement, parameters)).scalar_one()


def _trips(url: str) -> float:
    """Milliseconds of one round trip, the median."""
    found: list[float] = []
    with Redis.from_url(url, socket_timeout=None) as redis:
        for _ in range(SPARSE):
            time.sleep(PAUSE_SECONDS)
            started = time.perf_counter()
            redis.rpush(echo.ASKED, b"x")
            redis.blpop([echo.ANSWERED])
            found.append((time.perf_counter() - started) * 1000)
    return median(found)
