"""How a running command is stopped: once in good order, twice at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread

STOP = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM interrupt what is not on an event loop as Ctrl-C does, with KeyboardInterrupt."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def stop_asked() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; each further one cancels the present task."""
    loop, task, asked = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()
    assert task is not None

    def on_signal() -> None:
        if asked.is_set():
            task.cancel()
        asked.set()

    before = {number: signal.getsignal(number) for number in STOP}
    for number in STOP:
        loop.add_signal_handler(number, on_signal)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


@contextmanager
def stop_told(*, follow: bool = False) -> Iterator[SimpleQueue[None]]:
    """For a main thread without an event loop: what can be got with the first SIGINT or SIGTERM, or with `follow` at
    the end of standard input; each further signal does what it did before."""
    told: SimpleQueue[None] = SimpleQueue()  # the one kind that a handler may use in the middle of a `get`
    before = {number: signal.getsignal(number) for number in STOP}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def on_signal(*_: object) -> None:
        restore()
        told.put(None)

    for number in STOP:
        signal.signal(number, on_signal)
    if follow:
        Thread(target=_tell_at_the_end_of_input, args=(told,), daemon=True).start()
    try:
        yield told
    finally:
        restore()


def _tell_at_the_end_of_input(told: SimpleQueue[None]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        continue
    told.put(None)
