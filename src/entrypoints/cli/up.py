"""`presage up`: everything in one command, from nothing to priced markets."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.status import Status as Progress

from adapters.http.server import bind
from application.trading.reading.markets import MarketFilter
from domain.trading.market import Status
from entrypoints.api import serving
from entrypoints.cli.app import app
from entrypoints.cli.listen import Host, Port, settings_for
from entrypoints.cli.own_worker import own_worker, with_worker_port
from entrypoints.cli.welcome import MARKETS_SHOWN, welcome
from entrypoints.container import Container
from entrypoints.logs import log_to_stderr
from entrypoints.loop import complete
from entrypoints.runtime import container, servers
from entrypoints.secret_file import with_secret
from entrypoints.settings import Settings
from entrypoints.signals import stop_asked


@app.command()
def up(*, host: Host = None, port: Port = None) -> None:
    """Start PostgreSQL, Valkey, demo markets and the HTTP API; Ctrl-C stops them and the data stays."""
    chosen = _with_demo(settings_for(host, port))
    log_to_stderr(chosen.log_level)
    console = Console()
    with bind(chosen.host, chosen.port) as bound:
        planned = with_worker_port(chosen)
        with console.status("Starting PostgreSQL and Valkey …") as progress, servers(planned, redis=True) as settings:
            complete(_up(with_secret(settings), bound, console, progress))
        console.print(
            f"Stopped. The data stays in {chosen.data_dir.resolve()}.", highlight=False, markup=False, soft_wrap=True
        )


def _with_demo(settings: Settings) -> Settings:
    """With the demo's markets, unless it was turned off on purpose."""
    return settings if "demo" in settings.model_fields_set else settings.model_copy(update={"demo": True})


async def _up(settings: Settings, bound: socket.socket, console: Console, progress: Progress) -> None:
    with stop_asked() as asked:
        async with container(settings) as exchange:
            await _seed(exchange)
            active = MarketFilter(frozenset({Status.ACTIVE}))
            views = (await exchange.queries().markets(MARKETS_SHOWN, wanted=active)).items
            async with own_worker(settings), serving(exchange, bound) as url, _scheduling(exchange):
                progress.stop()
                console.print(*welcome(url, settings, views), sep="\n", soft_wrap=True, highlight=False, markup=False)
                await asked.wait()
                progress.update("Stopping; open requests and running jobs may end. Ctrl-C again stops at once.")
                progress.start()


@asynccontextmanager
async def _scheduling(exchange: Container) -> AsyncIterator[None]:
    """With the scheduler, unless it was turned off."""
    if not exchange.settings().enable_scheduler:
        yield
        return
    async with exchange.scheduler():
        yield


async def _seed(exchange: Container) -> None:
    seeding = exchange.seed()
    if exchange.settings().demo:
        await seeding.demo()
    else:
        await seeding.treasury()
