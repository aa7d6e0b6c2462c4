"""Whether the process lives, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from aiohttp import web

from adapters.http.envelope import success
from adapters.http.models.base import Answer
from domain.shared.errors import Unavailable

Ready = Callable[[], Awaitable[None]]
"""Returns when what stands behind the API can do its work; raises Unavailable."""


class Alive(Answer):
    """The process answers."""

    status: Literal["alive"] = "alive"


class IsReady(Answer):
    """It can serve."""

    status: Literal["ready"] = "ready"


class Shared:
    """One check for all who ask while it is under way: no rate limit holds probes back, and many of them at once
    would take the connections of those whom they watch over."""

    def __init__(self, ready: Ready, seconds: float) -> None:
        self._ready = ready
        self._seconds = seconds
        self._check: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Raises Unavailable."""
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(self._in_time())
        await asyncio.shield(self._check)

    async def _in_time(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._ready()
        except TimeoutError:
            raise Unavailable("NOT_READY", "The database does not answer; look at its log.") from None


class Health:
    """Answers the probes of whoever runs the process."""

    def __init__(self, ready: Ready, seconds: float) -> None:
        self._ready = Shared(ready, seconds)
        self._draining = False

    def routes(self) -> list[web.RouteDef]:
        """Outside of /api: they belong to the operator."""
        return [web.get("/livez", self.alive), web.get("/readyz", self.ready)]

    @property
    def draining(self) -> bool:
        """Whether the process is about to stop."""
        return self._draining

    def drain(self) -> None:
        """No longer ready: the process is about to stop."""
        self._draining = True

    async def alive(self, request: web.Request) -> web.Response:
        """GET /livez"""
        return success(request, Alive())

    async def ready(self, request: web.Request) -> web.Response:
        """GET /readyz"""
        if self._draining:
            raise Unavailable("DRAINING", "This process is stopping; use another.")
        await self._ready()
        return success(request, IsReady())
