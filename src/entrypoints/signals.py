"""How a running command is stopped: once in good order, twice at once."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

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
