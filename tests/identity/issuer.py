"""An issuer on this machine that publishes its keys over HTTP, and can be made to fail in many ways."""

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web

from adapters.http.server import bind, url_of
from adapters.identity.oidc import OidcIssuer
from tests.identity.forge import Forge, published

AUDIENCE = "authenticated"
SUBJECT = "9b2f3c56-2f1a-4a53-8f0c-6d4f9c1f9a11"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TestIssuer:
    """Publishes `keys`, as `answer` has it; counts what it is asked for."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: list[dict[str, Any]] = []
        self.asked: Counter[str] = Counter()
        self.heard = asyncio.Event()
        self.answer: Answer = self.publish
        self.discovery: dict[str, Any] = {"issuer": url, "jwks_uri": f"{url}/jwks"}

    def add(self, key: Any, key_id: str, **members: Any) -> None:
        """Publish one more key."""
        self.keys.append(published(key, key_id, **members))

    def forge(self, key: Any, key_id: str, alg: str, now: datetime) -> Forge:
        """A forge that signs as this issuer."""
        issued = int(now.timestamp())
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": SUBJECT, "iat": issued, "exp": issued + 3600}
        return Forge({"alg": alg, "kid": key_id, "typ": "JWT"}, claims, key, now)

    def trusted(self, **changes: Any) -> OidcIssuer:
        """Settings that trust it."""
        return OidcIssuer(self.url, AUDIENCE, **changes)

    async def publish(self, request: web.Request) -> web.StreamResponse:
        """The honest answer."""
        return web.json_response(self._document(request))

    async def fail(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._document(request), status=500)

    async def hang_up(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def stall(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return await self.publish(request)

    async def trickle(self, request: web.Request) -> web.StreamResponse:
        """A byte now and then, for as long as anybody listens."""
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    async def flood(self, request: web.Request) -> web.StreamResponse:
        """The truth, but after more blanks than anybody should read."""
        return web.Response(body=b" " * 70_000 + json.dumps(self._document(request)).encode())

    async def compress(self, request: web.Request) -> web.StreamResponse:
        """Little on the wire that could become very much."""
        body = gzip.compress(json.dumps(self._document(request)).encode())
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    async def redirect(self, request: web.Request) -> web.StreamResponse:
        """To a place where the truth is; it stands here too, for whoever reads on."""
        raise web.HTTPFound(f"{self.url}/elsewhere{request.path}", text=json.dumps(self._document(request)))

    def _document(self, request: web.Request) -> dict[str, Any]:
        return self.discovery if "well-known" in request.path else {"keys": self.keys}

    def say(self, body: bytes) -> Answer:
        """An answer of any bytes."""

        async def said(_: web.Request) -> web.StreamResponse:
            return web.Response(body=body, content_type="application/json")

        return said

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        self.heard.set()
        if request.path.startswith("/elsewhere"):
            return await self.publish(request)
        return await self.answer(request)


@asynccontextmanager
async def running_issuer() -> AsyncIterator[TestIssuer]:
    """An issuer that answers on a port of its own."""
    with bind("127.0.0.1", 0) as bound:
        issuer = TestIssuer(url_of(bound))
        app = web.Application()
        app.router.add_get("/{path:.*}", issuer.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.SockSite(runner, bound).start()
            yield issuer
        finally:
            await runner.cleanup()
