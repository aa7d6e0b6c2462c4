"""The event loop of a worker process."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from dramatiq import Broker, Middleware, Worker

T = TypeVar("T")


class LoopThread(Middleware):
    """An event loop on a daemon thread. The library's own thread is none: a loop that is blocked, or was not told to
    stop, would keep a process from ending."""

    def __init__(self, new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self._new_loop = new_loop
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, once the worker boots."""
        assert self._loop is not None, "the worker has booted"
        return self._loop

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - as the library has it
        """Start it, before whatever needs it."""
        self._loop = self._new_loop()
        threading.Thread(target=self._loop.run_forever, name="event loop", daemon=True).start()

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - as the library has it
        """Stop it, after whatever needed it; one that is blocked ends with the process."""
        self.loop.call_soon_threadsafe(self.loop.stop)

    def complete(self, coroutine: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Run a coroutine to its end on the loop, from another thread. Raises what it raises, and TimeoutError."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)
