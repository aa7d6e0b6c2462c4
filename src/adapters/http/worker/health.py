"""How a worker is: whether it takes jobs, what is in the queues, and whether Redis wakes it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Literal

from aiohttp import web

from adapters.http.envelope import success
from adapters.http.models.base import Answer
from adapters.http.worker.stats import RecentStats
from application.jobs.ports import QueueStats
from domain.jobs.execution import Queue

PING_SECONDS = 1.0

Ping = Callable[[], Awaitable[bool]]
"""A round trip to Redis; whether it answered."""


Status = Literal["ok", "draining", "degraded"]


class QueueHealth(Answer):
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
    queues: Sequence[QueueHealth] | None
    redis: RedisHealth


class HealthOfWorker:
    """Answers within the time that a ping and a query are given."""

    def __init__(self, draining: Callable[[], bool], stats: RecentStats, ping: Ping) -> None:
        self._draining = draining
        self._stats = stats
        self._ping = ping

    async def health(self, request: web.Request) -> web.Response:
        """GET /health/worker"""
        stats, redis = await asyncio.gather(self._stats(), self._redis())
        degraded = stats is None or redis.status == "away"
        queues = None if stats is None else [_queue(each) for each in stats]
        status: Status = "draining" if self._draining() else "degraded" if degraded else "ok"
        return success(request, WorkerHealth(status=status, queues=queues, redis=redis))

    async def _redis(self) -> RedisHealth:
        loop, there = asyncio.get_running_loop(), False
        asked_at = loop.time()
        with suppress(TimeoutError):
            async with asyncio.timeout(PING_SECONDS):
                there = await self._ping()
        if not there:
            return RedisHealth(status="away", latency_ms=None)
        return RedisHealth(status="ok", latency_ms=round((loop.time() - asked_at) * 1000, 3))


def _queue(stats: QueueStats) -> QueueHealth:
    names = ("queue", "waiting", "active", "retrying", "failed", "dead")
    return QueueHealth(**{name: getattr(stats, name) for name in names})
