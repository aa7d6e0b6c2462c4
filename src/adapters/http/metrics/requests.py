"""What Prometheus is told of requests."""

from functools import cache
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Counter, Histogram

from adapters.http.envelope import REFUSED

BUCKETS = (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
"""Seconds."""

UNKNOWN = "unknown"
"""The route of a request that has none."""

FAULT = "INTERNAL"
"""The code of faults of our own: it is there from the start, so that the first one is seen to be added."""

_STARTED = web.RequestKey("started", float)


class RequestMetrics:
    """Labels are of what the code has, never of what callers write: routes, classes of statuses, codes."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        seconds = Histogram(
            "http_request_duration_seconds",
            "From when a request was read to when its answer began.",
            ["method", "route", "status"],
            registry=registry,
            buckets=BUCKETS,
        )
        refusals = Counter("http_refusals", "Requests that were refused.", ["code"], registry=registry)
        self._seconds = cache(seconds.labels)
        self._refusals = cache(refusals.labels)
        self._refusals(FAULT)

    def begun(self) -> Middleware:
        """Notes when a request was read."""

        @web.middleware
        async def noted(request: web.Request, handler: Handler) -> web.StreamResponse:
            request[_STARTED] = monotonic()
            return await handler(request)

        return noted

    async def tell(self, request: web.Request, response: web.StreamResponse) -> None:
        """Count an answer before it is sent; one that streams for long counts as it begins."""
        if _STARTED not in request:  # refused by the framework before it was ours
            return
        route = request.match_info.route
        template = UNKNOWN if route.resource is None else route.resource.canonical
        labels = route.method, template, f"{response.status // 100}xx"
        self._seconds(*labels).observe(monotonic() - request[_STARTED])
        if REFUSED in request:
            self._refusals(request[REFUSED]).inc()
