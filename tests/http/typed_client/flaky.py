"""A real server between a client and the exchange, where things go wrong as planned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from aiohttp import ClientSession, web

HOP = {"Content-Length", "Transfer-Encoding", "Content-Encoding", "Connection", "Host"}


class Fault(Enum):
    """What happens to a request."""

    NONE = auto()
    UNREACHED = auto()
    """The connection is dropped before the exchange hears of it."""
    LOST = auto()
    """The exchange executes it; the connection is dropped instead of the answer."""
    CUT = auto()
    """The exchange executes it; the connection is dropped in the middle of the answer."""
    SLOW = auto()
    """The exchange executes it; the answer does not come."""


Step = Fault | web.Response


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came, and whether the exchange answered it as a repeated one."""

    name: str
    key: str | None
    replayed: bool = False


@dataclass
class Flaky:
    """What happens to each request in turn; nothing to those after the plan."""

    behind: str
    session: ClientSession
    url: str = ""
    plan: list[Step] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        step = self.plan.pop(0) if self.plan else Fault.NONE
        name, key = f"{request.method} {request.path}", request.headers.get("Idempotency-Key")
        if isinstance(step, web.Response) or step is Fault.UNREACHED:
            self.seen.append(Seen(name, key))
            return step if isinstance(step, web.Response) else _dropped(request)
        answer, replayed = await self._forwarded(request)
        self.seen.append(Seen(name, key, replayed))
        match step:
            case Fault.LOST:
                return _dropped(request)
            case Fault.CUT:
                return await _cut(request, answer)
            case Fault.SLOW:
                await asyncio.Event().wait()
        return answer

    async def _forwarded(self, request: web.Request) -> tuple[web.Response, bool]:
        headers = {name: value for name, value in request.headers.items() if name not in HOP}
        body = await request.read()
        async with self.session.request(
            request.method, f"{self.behind}{request.rel_url}", headers=headers, data=body, allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name not in HOP}
            replayed = answer.headers.get("Idempotency-Replayed") == "true"
            return web.Response(status=answer.status, body=await answer.read(), headers=kept), replayed


@asynccontextmanager
async def flaky(behind: str) -> AsyncIterator[Flaky]:
    """Such a server in front of an exchange."""
    async with ClientSession() as session:
        between = Flaky(behind, session)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", between.handle)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            between.url = f"http://{host}:{port}"
            yield between
        finally:
            await runner.cleanup()


def _dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _cut(request: web.Request, answer: web.Response) -> web.StreamResponse:
    assert isinstance(answer.body, bytes)
    told = {"Content-Type": answer.headers["Content-Type"], "Content-Length": str(len(answer.body))}
    half = web.StreamResponse(headers=told)
    await half.prepare(request)
    await half.write(answer.body[: len(answer.body) // 2])
    _dropped(request)
    return half
