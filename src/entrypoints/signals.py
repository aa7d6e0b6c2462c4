"""How a command is stopped, by SIGINT (Ctrl-C) or SIGTERM: once in good order, twice at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import Any, NoReturn, Self, TypeAlias, TypeVar

T = TypeVar("T")
Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | None

STOP = (signal.SIGINT, signal.SIGTERM)

INTERRUPTED = 130
"""Exit status of a command that was told to stop at once (128 + SIGINT)."""


def leave(*_: object) -> NoReturn:
    """As a handler: end the process, through every context that it is in, which no further signal interrupts."""
    handle(dict.fromkeys(STOP, _deaf))  # not SIG_IGN: Python complains of a signal that has come but is not yet handled
    raise SystemExit(INTERRUPTED)


def _deaf(*_: object) -> None:
    """As a handler: it is ended already."""


def handle(handlers: dict[signal.Signals, Handler]) -> None:
    """Have each signal do this."""
    for number, handler in handlers.items():
        signal.signal(number, handler)


def handled() -> dict[signal.Signals, Handler]:
    """What each signal does now, unless it is ignored."""
    now = {number: signal.getsignal(number) for number in STOP}
    return {number: handler for number, handler in now.items() if handler is not signal.SIG_IGN}


class HeldBack:
    """Signals while an event loop lives: they cancel its main task, and do what they did before once it is closed.

    An exception that a handler raises in the midst of the loop's own work leaves a loop that cannot be closed.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Handler] = {}
        self._came: list[int] = []
        self._cancel: Callable[[], object] = lambda: None

    def __enter__(self) -> Self:
        self._before = handled()
        handle(dict.fromkeys(self._before, self._hold))
        return self

    def __exit__(self, *_: object) -> None:
        handle(self._before)
        if self._came:
            signal.raise_signal(self._came[0])

    async def cancelling(self, main: Coroutine[Any, Any, T]) -> T:
        """Await the main coroutine, to be cancelled by a signal."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        self._cancel = partial(loop.call_soon_threadsafe, task.cancel)
        try:
            if self._came:
                task.cancel()
            return await main
        finally:
            self._cancel = lambda: None

    def _hold(self, number: int, _: object) -> None:
        self._came.append(number)
        self._cancel()


@contextmanager
def stop_asked() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; each further one does what it did before."""
    loop, asked, before = asyncio.get_running_loop(), asyncio.Event(), handled()

    def on_signal(*_: object) -> None:
        handle(before)
        loop.call_soon_threadsafe(asked.set)

    handle(dict.fromkeys(before, on_signal))
    try:
        yield asked
    finally:
        handle(before)


@contextmanager
def stop_told(*, follow: bool = False) -> Iterator[SimpleQueue[None]]:
    """For a main thread without an event loop: what can be got with the first SIGINT or SIGTERM, or with `follow` at
    the end of standard input; each further signal does what it did before."""
    told: SimpleQueue[None] = SimpleQueue()  # the one kind that a handler may use in the middle of a `get`
    before = handled()

    def on_signal(*_: object) -> None:
        handle(before)
        told.put(None)

    handle(dict.fromkeys(before, on_signal))
    if follow:
        Thread(target=_tell_at_the_end_of_input, args=(told,), daemon=True).start()
    try:
        yield told
    finally:
        handle(before)


def _tell_at_the_end_of_input(told: SimpleQueue[None]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        continue
    told.put(None)
