"""A process that another one keeps: started again when it dies, and ended with it."""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from typing import Self

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds before it is started again: twice as many each time that it died soon."""

SETTLED_SECONDS = 60.0
"""One that lived so long has not died soon."""

STOP_SECONDS = 35.0
"""For it to end by itself; then it is killed."""

_log = logging.getLogger(__name__)


class Kept:
    """A `presage` command. It is told to stop by the end of its standard input, not by a signal: it may have had that
    signal already, as its whole group does on Ctrl-C, and would take a second one as the order to stop at once."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-P", "-m", "entrypoints", *arguments]
        self._environment = environment
        self._name = arguments[0]

    async def __aenter__(self) -> Self:
        self._asked = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._asked.set_result(None)
        await self._task

    async def _keep(self) -> None:
        pause, loop = FIRST_PAUSE, asyncio.get_running_loop()
        while not self._asked.done():
            started_at = loop.time()
            status = await self._live()
            if self._asked.done():
                return
            pause = FIRST_PAUSE if loop.time() > started_at + SETTLED_SECONDS else pause
            _log.warning("%s ended with status %d; it is started again in %g s", self._name, status, pause)
            await asyncio.wait([self._asked], timeout=pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live(self) -> int:
        process = await asyncio.create_subprocess_exec(*self._command, env=self._environment, stdin=PIPE)
        ended = asyncio.create_task(process.wait())
        try:
            await asyncio.wait([ended, self._asked], return_when=asyncio.FIRST_COMPLETED)
            _end_input(process)
            await asyncio.wait([ended], timeout=STOP_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
        return await ended


def _end_input(process: Process) -> None:
    assert process.stdin is not None, "it was asked for"
    process.stdin.close()
