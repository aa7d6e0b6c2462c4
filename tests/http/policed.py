"""A server with nothing behind its limits, origins and headers: paths that are limited, free, failing or streamed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from adapters.http.app import HEALTH
from adapters.http.cors import Cors
from adapters.http.envelope import success
from adapters.http.errors import errors_answered
from adapters.http.health import Alive, Health
from adapters.http.limits import RateLimits
from adapters.http.requests import requests_identified
from adapters.http.security import SecurityHeaders
from tests.http.broken import Broken
from tests.http.client import Client, served

STREAMED = "data: 1\n\n"


@dataclass(frozen=True, slots=True)
class Police:
    """What stands before the paths."""

    limits: RateLimits
    cors: Cors = Cors()
    security: SecurityHeaders = SecurityHeaders()


@asynccontextmanager
async def policed(police: Police) -> AsyncIterator[Client]:
    """A client of the server."""

    async def limited(request: web.Request) -> web.StreamResponse:
        subject = request.query.get("as") or police.limits.address(request)
        override = request.query.get("per_minute")
        await police.limits.check(request, request.match_info["name"], subject, int(override) if override else None)
        if "and" in request.query:
            await police.limits.check(request, request.query["and"], subject)
        if "fail" in request.query:
            raise RuntimeError
        return success(request, Alive())

    async def address(request: web.Request) -> web.Response:
        return web.Response(text=police.limits.address(request))

    async def stream(request: web.Request) -> web.StreamResponse:
        await police.limits.check(request, "public", police.limits.address(request))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        await response.write(STREAMED.encode())
        return response

    nothing = Broken()
    app = web.Application(middlewares=[requests_identified(nothing), errors_answered(), police.cors.preflights()])
    app[HEALTH] = Health(nothing.ready, 1.0)
    for part in (police.limits, police.cors, police.security):
        app.on_response_prepare.append(part.tell)
    app.add_routes([web.get("/limited/{name}", limited), web.get("/address", address), web.get("/stream", stream)])
    async with served(app) as client:
        yield client
