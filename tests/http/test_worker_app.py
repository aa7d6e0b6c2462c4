"""What a worker tells of itself, to whoever runs it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from aiohttp import ClientSession

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind, served
from adapters.http.worker.app import Watched, create_worker_app
from adapters.http.worker.metrics import MOST_STARTS, JobMetrics
from adapters.http.worker.recent import Recent
from application.jobs.ports import QueueStats
from application.shared.store import StoreBusy
from domain.jobs.execution import Execution, Failure, Queue, Step
from domain.jobs.retry import DEFAULT_RETRIES
from domain.shared.ids import JobId
from entrypoints.world import TimeOrderedIds
from tests.http.client import Client
from tests.http.scraped import metrics_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEASE = timedelta(seconds=12)
FAULT = Failure("JOB_FAULT", "Read why.")


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


@dataclass
class Servers:
    """What stands behind a worker."""

    asked: int = 0
    database: bool = True
    redis: bool = True
    draining: bool = False

    async def stats(self) -> Sequence[QueueStats]:
        self.asked += 1
        if not self.database:
            raise StoreBusy("gone")
        due = NOW - timedelta(seconds=90)
        return [QueueStats(queue, 3, 2, 1, 5, 4, due if queue is Queue.TRADES else None, 0, 6) for queue in Queue]

    async def ping(self) -> float | None:
        return 0.0012345 if self.redis else None


@asynccontextmanager
async def serving(servers: Servers, metrics: JobMetrics | None = None) -> AsyncIterator[Client]:
    watched = Watched(
        lambda: servers.draining,
        Recent(servers.stats),
        Recent(servers.ping),
        metrics or JobMetrics(),
        Standing(),
        TimeOrderedIds(),
    )
    bounds = HttpBounds()
    with bind("127.0.0.1", 0) as bound:
        async with served(create_worker_app(watched, bounds), bound, bounds) as url, ClientSession() as session:
            yield Client(url, session)


async def test_a_healthy_worker() -> None:
    async with serving(Servers()) as api:
        assert (await api.get("/livez")).data == {"status": "alive"}
        told = (await api.get("/health/worker")).data
    assert (told["status"], told["redis"]) == ("ok", {"status": "ok", "latencyMs": 1.234})
    counts = {"waiting": 3, "active": 2, "retrying": 1, "failed": 5, "dead": 4}
    assert told["queues"] == [{"queue": queue, **counts} for queue in Queue]


async def test_servers_that_are_away() -> None:
    async with serving(Servers(redis=False)) as api:
        told = (await api.get("/health/worker")).data
        assert (told["status"], told["redis"]) == ("degraded", {"status": "away", "latencyMs": None})
        assert told["queues"]
    async with serving(Servers(database=False)) as api:
        told = (await api.get("/health/worker")).data
        assert (told["status"], told["queues"]) == ("degraded", None)
        assert not any(name.startswith("jobs_waiting") for name in await metrics_of(api.url))


async def test_a_worker_that_stops() -> None:
    async with serving(Servers(draining=True, redis=False)) as api:
        assert (await api.get("/health/worker")).data["status"] == "draining"


async def test_many_who_ask_cost_one_query() -> None:
    servers = Servers()
    async with serving(servers) as api:
        await asyncio.gather(*(api.get("/health/worker") for _ in range(20)), metrics_of(api.url))
    assert servers.asked <= 2


def started(queue: Queue = Queue.TRADES) -> Step:
    job = Execution(JobId(uuid4()), "trade.execute", 1, queue, "{}", NOW, NOW)
    return job.claim(NOW, LEASE)


async def test_what_became_of_jobs_is_counted() -> None:
    ends: list[Callable[[Execution], Step]] = [
        lambda job: job.complete(None, NOW),
        lambda job: job.complete(None, NOW),
        lambda job: job.refuse(FAULT, NOW),
        lambda job: job.bury(FAULT, NOW),
        lambda job: job.fail(FAULT, DEFAULT_RETRIES, NOW),
        lambda job: job.cancelled(NOW),
    ]
    metrics = JobMetrics()
    for end in ends:
        step = started()
        metrics.happened(step)
        metrics.happened(step.execution.tell(50, "Halfway"))
        metrics.happened(end(step.execution))
    async with serving(Servers(), metrics) as api:
        told = await metrics_of(api.url)
    processed = {name: value for name, value in told.items() if name.startswith("jobs_processed_total")}
    statuses = {"completed": 2, "failed": 1, "dead_letter": 1, "retrying": 1, "cancelled": 1}
    assert processed == {f'jobs_processed_total{{queue="trades",status="{name}"}}': n for name, n in statuses.items()}
    assert told['jobs_failed_total{queue="trades"}'] == 2
    assert told['jobs_processing_duration_seconds_count{name="trade.execute",queue="trades"}'] == 6
    assert told['jobs_waiting_count{queue="reports"}'] == 3
    assert told['jobs_oldest_age_seconds{queue="trades"}'] == 90
    assert told['jobs_oldest_age_seconds{queue="reports"}'] == 0


async def test_tries_that_never_end_are_forgotten() -> None:
    metrics = JobMetrics()
    first = started()
    metrics.happened(first)
    for _ in range(MOST_STARTS):
        metrics.happened(replace_id(first))
    metrics.happened(first.execution.complete(None, NOW))
    async with serving(Servers(), metrics) as api:
        told = await metrics_of(api.url)
    assert told['jobs_processed_total{queue="trades",status="completed"}'] == 1
    assert not any(name.startswith("jobs_processing_duration_seconds_count") for name in told)


def replace_id(step: Step) -> Step:
    return step._replace(execution=replace(step.execution, id=JobId(uuid4())))
