"""`presage worker`: a process that runs jobs."""

import logging
import os
import socket
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, NoReturn, TypeAlias

import typer

from adapters.http.server import bind
from domain.jobs.execution import Queue
from domain.shared.errors import Invalid
from entrypoints.cli.app import app
from entrypoints.cli.listen import Host
from entrypoints.logs import log_to_stderr
from entrypoints.runtime import servers
from entrypoints.settings import Settings
from entrypoints.signals import INTERRUPTED
from entrypoints.working import work

UNFINISHED = 1
"""Exit status of a worker that could not close everything."""

Queues: TypeAlias = Annotated[
    str, typer.Option(help="Queues to take jobs of, separated by commas.", show_default="all of them")
]
Concurrency: TypeAlias = Annotated[
    int | None,
    typer.Option(min=1, max=1_000, help="Jobs of each queue at once.  \\[default: PRESAGE_WORKER_CONCURRENCY, 16]"),
]
Port: TypeAlias = Annotated[
    int | None,
    typer.Option(
        min=0, max=65_535, help="Port on which its health and metrics are told.  \\[default: PRESAGE_WORKER_PORT, none]"
    ),
]
Follow: TypeAlias = Annotated[bool, typer.Option("--follow", help="Stop when standard input ends.", hidden=True)]


@app.command()
def worker(
    *,
    queues: Queues = "",
    concurrency: Concurrency = None,
    host: Host = None,
    port: Port = None,
    follow: Follow = False,
) -> None:
    """Run jobs until stopped; start as many as you need."""
    wanted = queues_of(queues)
    given = {"worker_concurrency": concurrency, "host": host, "worker_port": port}
    settings = Settings().model_copy(update={name: value for name, value in given.items() if value is not None})
    if settings.database_url and not settings.redis_url:
        raise Invalid("REDIS_URL", "Set REDIS_URL to the Valkey or Redis through which workers are woken.")
    log_to_stderr(settings.log_level)
    run_worker(settings, wanted, follow=follow)


def run_worker(settings: Settings, queues: Collection[Queue], *, follow: bool = False) -> NoReturn:
    """Run jobs until stopped, then end the process, whatever threads still run: those of jobs given back may."""
    logging.getLogger("dramatiq").setLevel(logging.WARNING)
    try:
        with servers(settings, redis=True) as found, _bound(found) as bound:
            status = 0 if work(found, queues, bound, follow=follow) else UNFINISHED
    except (KeyboardInterrupt, SystemExit):
        status = INTERRUPTED
    logging.shutdown()
    os._exit(status)


def queues_of(names: str) -> tuple[Queue, ...]:
    """The queues that a text names, else all. Raises Invalid."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    try:
        return tuple(dict.fromkeys(map(Queue, wanted or Queue)))
    except ValueError:
        raise Invalid("QUEUE", f"Give queues of these: {', '.join(Queue)}.") from None


def _bound(settings: Settings) -> AbstractContextManager[socket.socket | None]:
    return nullcontext() if settings.worker_port is None else bind(settings.host, settings.worker_port)
