"""The worker of `presage up`: in a process of its own, so that jobs do not hold up the API."""

import os
from contextlib import AbstractAsyncContextManager, nullcontext

from adapters.http.server import bind
from entrypoints.kept import Kept
from entrypoints.settings import Settings

LAST_PORT = 65_535


def with_worker_port(settings: Settings) -> Settings:
    """With the port after that of the API for the worker, unless another was given; any for any.

    Raises Conflict where it is taken.
    """
    if not settings.enable_worker:
        return settings
    following = settings.port + 1 if 0 < settings.port < LAST_PORT else 0
    port = following if settings.worker_port is None else settings.worker_port
    bind(settings.host, port).close()
    return settings.model_copy(update={"worker_port": port})


def own_worker(settings: Settings) -> AbstractAsyncContextManager[object]:
    """The worker while it is wanted, on the servers that were found."""
    if not settings.enable_worker:
        return nullcontext()
    found = {"DATABASE_URL": settings.database_url or "", "REDIS_URL": settings.redis_url or ""}
    where = "--host", settings.host, "--port", str(settings.worker_port)
    return Kept(["worker", "--follow", *where], os.environ | found)
