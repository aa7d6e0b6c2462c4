"""Covers made by processes of their own, which end with whoever waits for them."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

from application.covers.cover import Cover, CoverSize
from domain.shared.errors import Invalid, Unavailable

MOST_AT_ONCE = 2
"""Processes at the same time, each in up to 1 GiB of memory; a picture beyond them waits."""

_COMMAND = (sys.executable, "-P", "-m", "adapters.pictures.child")


class ProcessPictures:
    """Implements the Pictures port."""

    def __init__(self, most_at_once: int = MOST_AT_ONCE) -> None:
        self._room = asyncio.Semaphore(most_at_once)

    async def cut(self, data: bytes) -> Sequence[Cover]:
        """A cover in every size. Cancelling it ends the process. Raises Invalid and Unavailable."""
        async with self._room:
            environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}  # and none of our secrets
            child = await asyncio.create_subprocess_exec(
                *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
            )
            try:
                told, complaint = await child.communicate(data)
            finally:
                await _end(child)
        if child.returncode != 0:
            raise _failure(child.returncode, complaint)
        return _covers(told)


async def _end(child: Process) -> None:
    if child.returncode is None:
        child.kill()
        await child.wait()


def _failure(code: int | None, complaint: bytes) -> Invalid | Unavailable:
    if code == -signal.SIGXCPU:
        return Invalid("COVER_TOO_COSTLY", "Send another picture; this one takes too much to read.")
    last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
    return Unavailable(
        "PICTURES_AWAY", "Try again later; the picture could not be read now.", exit=code, said=last[:200]
    )


def _covers(told: bytes) -> list[Cover]:
    """What the process answered. Raises Invalid where it refused the picture."""
    line, _, data = told.partition(b"\n")
    answer = json.loads(line)
    if "refused" in answer:
        code, message, details = answer["refused"]
        raise Invalid(code, message, **details)
    covers = []
    for size, width, height, length in answer["covers"]:
        covers.append(Cover(CoverSize(size), width, height, data[:length]))
        data = data[length:]
    return covers
