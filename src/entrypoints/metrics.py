"""The metrics of a process that serves the API, on an address of their own where one is given."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.http.bounds import HttpBounds
from adapters.http.metrics.app import create_metrics_app
from adapters.http.server import bind, served
from entrypoints.container import Container

BOUNDS = HttpBounds(shutdown_seconds=1.0)

OPTIONS = ("PRESAGE_METRICS_HOST", "PRESAGE_METRICS_PORT")
"""What gives the address."""

_log = logging.getLogger(__name__)


@asynccontextmanager
async def metrics_told(exchange: Container) -> AsyncIterator[None]:
    """Tell them until left. Raises Conflict where the port is taken, and Invalid."""
    settings = exchange.settings()
    if settings.metrics_port is None:
        yield
        return
    exchange.gauges()
    app = create_metrics_app(exchange.registry(), exchange.ids())
    with bind(settings.metrics_host, settings.metrics_port, OPTIONS) as bound:
        async with served(app, bound, BOUNDS) as url:
            _log.info("its metrics are told at %s/metrics", url)
            yield
