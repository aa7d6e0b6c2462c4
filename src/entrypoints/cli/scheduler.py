"""`presage scheduler`: start jobs at their times, on a database that is there."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

import typer

from adapters.http.bounds import HttpBounds
from adapters.http.probes import create_probes
from adapters.http.server import bind, listening
from domain.shared.errors import Invalid
from entrypoints.api import require_current
from entrypoints.cli.app import app
from entrypoints.cli.listen import Host, settings_for
from entrypoints.container import Container
from entrypoints.logs import log_to_stderr
from entrypoints.loop import complete
from entrypoints.runtime import container
from entrypoints.settings import Settings
from entrypoints.signals import stop_asked

BOUNDS = HttpBounds()

_log = logging.getLogger(__name__)

ProbePort = Annotated[int | None, typer.Option(min=0, max=65_535, help="Answer /livez and /readyz on this port.")]


@app.command()
def scheduler(*, host: Host = None, port: ProbePort = None) -> None:
    """Start jobs at their times, on the database that DATABASE_URL names; any number of schedulers may run."""
    settings = settings_for(host, None)
    if settings.database_url is None:
        raise Invalid(
            "DATABASE_URL", "Set DATABASE_URL to your PostgreSQL, or run `presage up`, which schedules as well."
        )
    log_to_stderr(settings.log_level)
    complete(_schedule(settings, port))


async def _schedule(settings: Settings, port: int | None) -> None:
    with stop_asked() as asked:
        async with AsyncExitStack() as stack:
            exchange = await stack.enter_async_context(container(settings, migrate=False))
            await require_current(exchange.engine())
            await stack.enter_async_context(exchange.scheduler())
            if port is not None:
                url = await stack.enter_async_context(_probes(exchange, settings.host, port))
                _log.info("answering probes, serving on %s", url)
            _log.info("scheduling %d jobs of the settings", len(settings.plans))
            await asked.wait()
            _log.info("stopping")


@asynccontextmanager
async def _probes(exchange: Container, host: str, port: int) -> AsyncIterator[str]:
    engine = exchange.engine()
    with bind(host, port) as bound:
        app = create_probes(exchange.ids(), lambda: require_current(engine), BOUNDS)
        async with listening(app, bound, BOUNDS) as url:
            yield url
