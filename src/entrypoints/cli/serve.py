"""`presage serve`: the HTTP API alone, on a database that is there."""

import logging
import socket

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind
from domain.shared.errors import Invalid
from entrypoints.api import require_current, serving
from entrypoints.cli.app import app
from entrypoints.cli.listen import Host, Port, settings_for
from entrypoints.logs import log_to_stderr
from entrypoints.loop import complete
from entrypoints.runtime import container
from entrypoints.settings import Settings
from entrypoints.signals import stop_asked

BOUNDS = HttpBounds(drain_seconds=2.0)
"""Whoever sends us requests has that long to see that we are no longer ready."""

_log = logging.getLogger(__name__)


@app.command()
def serve(*, host: Host = None, port: Port = None) -> None:
    """Serve the HTTP API on the database that DATABASE_URL names."""
    settings = settings_for(host, port)
    if settings.database_url is None:
        raise Invalid("DATABASE_URL", "Set DATABASE_URL to your PostgreSQL, or run `presage up`, which brings its own.")
    log_to_stderr(settings.log_level)
    with bind(settings.host, settings.port) as bound:
        complete(_serve(settings, bound))


async def _serve(settings: Settings, bound: socket.socket) -> None:
    with stop_asked() as asked:
        async with container(settings, migrate=False) as exchange:
            await require_current(exchange.engine())
            async with serving(exchange, bound, BOUNDS) as url:
                _log.info("serving on %s", url)
                await asked.wait()
                _log.info("stopping")
