"""A signal at any moment of a command ends it in good order."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import count
from types import FrameType

import pytest

from entrypoints.loop import complete
from entrypoints.signals import INTERRUPTED, STOP, handle, leave, stop_asked


@pytest.fixture(autouse=True)
def as_in_a_command() -> Iterator[None]:
    """Signals do what they do in a command."""
    handlers, threshold = {number: signal.getsignal(number) for number in STOP}, gc.get_threshold()
    handle(dict.fromkeys(STOP, leave))
    yield
    handle(handlers)
    gc.set_threshold(*threshold)


async def untidy() -> str:
    """Leaves something to tidy up to the loop."""

    async def unfinished() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.sleep(0)

    async for _ in unfinished():
        break
    await asyncio.sleep(0)
    return "done"


def completed(moment: int) -> str | int | None:
    """What becomes of it when a signal comes as the function with this number is called, within or by the loop."""
    main, calls = untidy(), count()

    def signalling(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "c_call") and frame is not ours and next(calls) == moment:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGTERM)

    ours = sys._getframe()
    handle(dict.fromkeys(STOP, leave))
    sys.setprofile(signalling)
    try:
        return complete(main)
    except SystemExit as left:
        return left.code
    finally:
        sys.setprofile(None)
        main.close()


def test_a_signal_at_any_moment_leaves_a_closed_loop() -> None:
    """Raised there and then, an exception would leave one that cannot be closed at every third of them."""
    moments = 0
    while (found := completed(moments)) == INTERRUPTED:
        moments += 1
    assert (found, moments > 100) == ("done", True)


@pytest.mark.parametrize("number", STOP)
def test_the_first_signal_asks_and_the_second_interrupts(number: signal.Signals) -> None:
    seen = []

    async def stopping(signals: int) -> None:
        with stop_asked() as asked:
            signal.raise_signal(number)
            await asked.wait()
            seen.append(f"asked, of {signals}")
            if signals > 1:
                signal.raise_signal(number)
                await asyncio.sleep(60)
            seen.append("ended")

    complete(stopping(1))
    with pytest.raises(SystemExit) as left:
        complete(stopping(2))
    assert (seen, left.value.code) == (["asked, of 1", "ended", "asked, of 2"], INTERRUPTED)


def test_one_signal_cancels_what_asks_for_none() -> None:
    tidied = []

    async def working() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(60)
        finally:
            tidied.append(True)

    with pytest.raises(SystemExit):
        complete(working())
    assert tidied == [True]


def test_a_signal_that_is_ignored_stays_so() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def working() -> str:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(0.01)
        return "done"

    assert complete(working()) == "done"
