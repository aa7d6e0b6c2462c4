"""What a worker process has one of: all that its jobs are run with, opened before the first message is taken."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Protocol

from dramatiq import Broker, Middleware, Worker
from dramatiq.middleware import MiddlewareError

from adapters.dramatiq.loop import LoopThread
from domain.jobs.execution import Queue


class Wakeable(Protocol):
    """Looks for jobs when it is told to, on the event loop."""

    def wake(self, queue: Queue) -> None:
        """Look for jobs of a queue now."""
        ...


class BootFailed(MiddlewareError):
    """What a worker runs its jobs with cannot be opened; the cause says why."""


class Boot(Middleware):
    """Opens it on the loop, before messages are taken, and closes it when none are taken any more, within `seconds`.

    `closed` tells whether that was done in time and without a fault.
    """

    def __init__(
        self, thread: LoopThread, opened: Callable[[], AbstractAsyncContextManager[Wakeable]], seconds: float
    ) -> None:
        self._thread = thread
        self._opened = opened
        self._seconds = seconds
        self._stack = AsyncExitStack()
        self._work: Wakeable | None = None
        self.closed = False

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - as the library has it
        """Raises BootFailed: the library goes on after any other error, with nothing to run jobs with."""
        try:
            self._work = self._thread.complete(self._stack.enter_async_context(self._opened()))
        except Exception as error:
            raise BootFailed(str(error)) from error

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - as the library has it
        """The library logs what it raises."""
        self._thread.complete(self._stack.aclose(), self._seconds)
        self.closed = True

    def wake(self, queue: Queue) -> None:
        """Have it look for jobs of a queue, from any thread."""
        assert self._work is not None, "messages are taken after the boot"
        self._thread.loop.call_soon_threadsafe(self._work.wake, queue)
