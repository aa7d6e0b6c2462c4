"""The application of a worker process: for those who run it, on an address of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from adapters.http.bounds import HttpBounds
from adapters.http.envelope import success
from adapters.http.errors import errors_answered
from adapters.http.health import Alive
from adapters.http.requests import requests_identified, requests_timed
from adapters.http.worker.health import HealthOfWorker
from adapters.http.worker.metrics import JobMetrics
from adapters.http.worker.recent import Recent
from application.jobs.ports import QueueStats
from application.shared.ports import Clock, Ids


@dataclass(frozen=True, slots=True)
class Watched:
    """What there is to see of a worker."""

    draining: Callable[[], bool]
    stats: Recent[Sequence[QueueStats]]
    redis: Recent[float | None]
    metrics: JobMetrics
    clock: Clock
    ids: Ids


def create_worker_app(watched: Watched, bounds: HttpBounds) -> web.Application:
    """The application with its routes: /livez, /health/worker and /metrics."""
    app = web.Application(
        middlewares=[requests_identified(watched.ids), errors_answered(), requests_timed(bounds.request_seconds)]
    )
    health = HealthOfWorker(watched.draining, watched.stats, watched.redis)

    async def alive(request: web.Request) -> web.Response:
        return success(request, Alive())

    async def metrics(_: web.Request) -> web.Response:
        text = watched.metrics.text(await watched.stats(), watched.clock.now())
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.add_routes([web.get("/livez", alive), web.get("/health/worker", health.health), web.get("/metrics", metrics)])
    return app
