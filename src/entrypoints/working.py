"""A worker process: Dramatiq takes the messages that wake it, the application's worker runs the jobs."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic

import dramatiq

from adapters.dramatiq.actors import declare_actors
from adapters.dramatiq.boot import Boot, BootFailed
from adapters.dramatiq.broker import WakingBroker
from adapters.dramatiq.loop import LoopThread
from adapters.http.bounds import HttpBounds
from adapters.http.server import served
from adapters.http.worker.app import Watched, create_worker_app
from adapters.http.worker.recent import Recent
from application.jobs.worker import Worker
from domain.jobs.execution import Queue
from entrypoints.api import require_current
from entrypoints.container import Container
from entrypoints.loop import new_loop
from entrypoints.runtime import container
from entrypoints.settings import Settings
from entrypoints.signals import stop_told

WAIT_MS = 250
"""How long a thread waits for a message before it looks whether it is to end."""

THREADS_STOP_MS = 3_000
"""For the threads that take messages; each may be about to wait for an absent Redis."""

CLOSING_SECONDS = 5.0
"""For what is closed at the end, beyond the time for jobs."""

BOUNDS = HttpBounds(shutdown_seconds=1.0)

_log = logging.getLogger(__name__)


def work(settings: Settings, queues: Collection[Queue], bound: socket.socket | None, *, follow: bool = False) -> bool:
    """Run jobs until told to stop by a signal, or with `follow` by the end of standard input.

    Whether all was closed in time. Raises what keeps it from starting, and KeyboardInterrupt.
    """
    started_at = monotonic()
    assert settings.redis_url is not None, "workers are woken through Redis"
    broker = WakingBroker(settings.redis_url)
    thread, patience = LoopThread(new_loop), settings.worker_stop + CLOSING_SECONDS
    boot = Boot(thread, lambda: on_duty(settings, queues, bound, broker), patience)
    for middleware in (thread, boot):
        broker.add_middleware(middleware)
    declare_actors(broker, boot.wake)
    messages = dramatiq.Worker(broker, queues=set(queues), worker_timeout=WAIT_MS, worker_threads=1)
    with stop_told(follow=follow) as told:
        _start(messages)
        took = (monotonic() - started_at) * 1000
        _log.info("worker %s is ready after %.0f ms, for %s", worker_name(), took, ", ".join(queues))
        told.get()
        _log.info("stopping")
        messages.stop(THREADS_STOP_MS)
    return boot.closed


def worker_name() -> str:
    """What this process is called in the store."""
    return f"{socket.gethostname()}/{os.getpid()}"


@asynccontextmanager
async def on_duty(
    settings: Settings, queues: Collection[Queue], bound: socket.socket | None, broker: WakingBroker
) -> AsyncIterator[Worker]:
    """A worker that runs, with the one container and desk of its process and, on a bound socket, an account of it."""
    async with container(settings, migrate=False) as exchange:
        await require_current(exchange.engine())
        worker = exchange.worker(name=worker_name(), queues=queues)
        async with exchange.desk(), _watched(exchange, worker, broker, bound), worker:
            yield worker


def _start(messages: dramatiq.Worker) -> None:
    try:
        messages.start()
    except BootFailed as failed:
        raise failed.__cause__ or failed from None


@asynccontextmanager
async def _watched(
    exchange: Container, worker: Worker, broker: WakingBroker, bound: socket.socket | None
) -> AsyncIterator[None]:
    if bound is None:
        yield
        return
    exchange.gauges()
    watched = Watched(
        draining=lambda: worker.stopping,
        stats=Recent(exchange.queue_service().stats),
        redis=Recent(partial(asyncio.to_thread, broker.round_trip)),
        metrics=exchange.job_metrics(),
        clock=exchange.clock(),
        ids=exchange.ids(),
    )
    async with served(create_worker_app(watched, BOUNDS), bound, BOUNDS) as url:
        _log.info("its health is told at %s/health/worker", url)
        yield
