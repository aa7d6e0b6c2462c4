"""Requests that wait for something to happen: each for a bounded time, and none past the end of the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class Waits:
    """Knows who waits."""

    def __init__(self) -> None:
        self._deadlines = set[asyncio.Timeout]()
        self._closed = False

    @asynccontextmanager
    async def bounded(self, seconds: float) -> AsyncIterator[None]:
        """Give up what is done inside after so many seconds, or when the server stops. Raises TimeoutError."""
        async with asyncio.timeout(0 if self._closed else seconds) as deadline:
            self._deadlines.add(deadline)
            try:
                yield
            finally:
                self._deadlines.discard(deadline)

    async def close(self, _: web.Application) -> None:
        """Nobody waits any longer."""
        self._closed = True
        now = asyncio.get_running_loop().time()
        for deadline in self._deadlines:
            if not deadline.expired():
                deadline.reschedule(now)


WAITS = web.AppKey("waits", Waits)
