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


class Health:
    """Answers the probes of whoever runs the process."""

    def __init__(self, ready: Ready, seconds: float) -> None:
        self._ready = ready
        self._seconds = seconds
        self._draining = False

    def routes(self) -> list[web.RouteDef]:
        """Outside of /api: they belong to the operator."""
        return [web.get("/livez", self.alive), web.get("/readyz", self.ready)]

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
        try:
            async with asyncio.timeout(self._seconds):
                await self._ready()
        except TimeoutError:
            raise Unavailable("NOT_READY", "The database does not answer; look at its log.") from None
        return success(request, IsReady())
