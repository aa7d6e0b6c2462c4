"""How a worker is: whether it takes jobs, what is in the queues, and whether Redis wakes it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal

from aiohttp import web

from adapters.http.envelope import success
from adapters.http.models.base import Answer
from adapters.http.worker.recent import Recent
from application.jobs.ports import QueueStats
from domain.jobs.execution import Queue

Status = Literal["ok", "draining", "degraded"]


class QueueCounts(Answer):
    """Jobs of a queue: due, active, to be tried again or later, failed, and dead letters."""

    queue: Queue
    waiting: int
    active: int
    retrying: int
    failed: int
    dead: int


class RedisHealth(Answer):
    """Whether Redis answers, and in how many milliseconds."""

    status: Literal["ok", "away"]
    latency_ms: float | None


class WorkerHealth(Answer):
    """`degraded` where Redis is away, so that jobs start up to a second late, or the database, so that none do; its
    queues are then not known."""

    status: Status
    queues: Sequence[QueueCounts] | None
    redis: RedisHealth


class HealthOfWorker:
    """`redis` tells the seconds of a round trip, or nothing where it is gone."""

    def __init__(
        self, draining: Callable[[], bool], stats: Recent[Sequence[QueueStats]], redis: Recent[float | None]
    ) -> None:
        self._draining = draining
        self._stats = stats
        self._redis = redis

    async def health(self, request: web.Request) -> web.Response:
        """GET /health/worker"""
        stats, seconds = await asyncio.gather(self._stats(), self._redis())
        degraded = stats is None or seconds is None
        status: Status = "draining" if self._draining() else "degraded" if degraded else "ok"
        queues = None if stats is None else [_queue(each) for each in stats]
        return success(request, WorkerHealth(status=status, queues=queues, redis=_redis(seconds)))


def _redis(seconds: float | None) -> RedisHealth:
    if seconds is None:
        return RedisHealth(status="away", latency_ms=None)
    return RedisHealth(status="ok", latency_ms=round(seconds * 1000, 3))


def _queue(stats: QueueStats) -> QueueCounts:
    names = ("queue", "waiting", "active", "retrying", "failed", "dead")
    return QueueCounts(**{name: getattr(stats, name) for name in names})
