"""Every request has an id, a bound on its time, and one line in the log at DEBUG."""

import asyncio
import logging
import re

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.http.envelope import REQUEST_ID
from application.shared.ports import Ids

HEADER = "X-Request-ID"
TRACE = "traceparent"
MAX_TRACE_LENGTH = 128

_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACE = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")

DEADLINE = web.RequestKey("deadline", asyncio.Timeout)
"""When a request is given up; whoever answers for long bounds himself and puts it off."""

_log = logging.getLogger(__name__)


def requests_identified(ids: Ids) -> Middleware:
    """Gives a request its id and returns it as X-Request-ID.

    It is the caller's own where that is well formed, else the trace id of his `traceparent` (W3C Trace Context).
    """

    @web.middleware
    async def identified(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[REQUEST_ID] = _given(request) or str(ids.new())
        started = asyncio.get_running_loop().time()
        response = await handler(request)
        response.headers[HEADER] = request[REQUEST_ID]
        if _log.isEnabledFor(logging.DEBUG):
            took = (asyncio.get_running_loop().time() - started) * 1000
            path = request.rel_url.raw_path  # as it was sent: decoded, it may hold the end of a line
            _log.debug("%s %s %d %.1f ms %s", request.method, path, response.status, took, request[REQUEST_ID])
        return response

    return identified


def trace_of(request: web.Request) -> str | None:
    """Its `traceparent`, where that is well formed."""
    given = request.headers.get(TRACE, "")
    return given if len(given) <= MAX_TRACE_LENGTH and _TRACE.fullmatch(given) else None


def _given(request: web.Request) -> str:
    own = request.headers.get(HEADER, "")
    if _GIVEN.fullmatch(own):
        return own
    trace = _TRACE.fullmatch(request.headers.get(TRACE, ""))
    return trace[1] if trace else ""


def requests_timed(seconds: float) -> Middleware:
    """Gives up a request that takes longer; it raises TimeoutError."""

    @web.middleware
    async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
        async with asyncio.timeout(seconds) as request[DEADLINE]:
            return await handler(request)

    return timed
