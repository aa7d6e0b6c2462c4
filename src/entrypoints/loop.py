"""The event loop of every process of the exchange."""

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

from entrypoints.signals import HeldBack

T = TypeVar("T")

GC_THRESHOLD = 50_000
"""Objects made between two collections: a group of trades makes thousands, and hardly any cycles."""


def new_loop() -> asyncio.AbstractEventLoop:
    """A fast event loop, and a process to suit it."""
    gc.set_threshold(GC_THRESHOLD, 20, 50)
    return uvloop.new_event_loop()


def complete(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a fast event loop; a signal cancels it."""
    with HeldBack() as signals, asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(signals.cancelling(main))
