"""Receivers of webhooks as they are in the world: quick, slow, endless, gone, and elsewhere."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from application.jobs.webhooks.ports import Answered

HUGE = 100_000_000
PART = b"x" * 65_536


@dataclass
class Served:
    """A receiver on this machine, and what it got; `sent` counts the bytes that it could give away."""

    url: str = ""
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    sent: int = 0

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answers as its path says."""
        self.got.append((request.path, dict(request.headers), await request.read()))
        known: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
            "slow": self._slow,
            "huge": self._huge,
            "trickle": self._trickle,
            "redirect": self._redirect,
            "cookie": self._cookie,
        }
        name = request.match_info["name"]
        return await known[name](request) if name in known else web.Response(status=int(name), text="thanks\0")

    async def _slow(self, _: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    async def _huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(HUGE)})
        await response.prepare(request)
        while self.sent < HUGE:
            await response.write(PART)
            self.sent += len(PART)
        return response

    async def _trickle(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"a little")
        await asyncio.sleep(60)
        return response

    async def _redirect(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(f"{self.url}/204")

    async def _cookie(self, _: web.Request) -> web.StreamResponse:
        response = web.Response(status=204)
        response.set_cookie("seen", "yes")
        return response


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    """A receiver."""
    served, app = Served(), web.Application()
    app.router.add_post("/{name}", served.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        served.url = f"http://127.0.0.1:{port}"
        yield served
    finally:
        await runner.cleanup()


class Resolver(AbstractResolver):
    """Answers with these addresses, one after the other."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        assert family in (socket.AF_UNSPEC, socket.AF_INET)
        self.asked.append(host)
        if not self.answers:
            raise OSError("unknown")
        address = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=socket.AF_INET, proto=0, flags=0)
            for each in address.split()
        ]

    async def close(self) -> None:
        """Nothing is open."""


REFUSED = Answered(None, error="its address is not public")
