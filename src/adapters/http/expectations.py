"""The Expect header: `100-continue` is met, and whatever else a client expects is refused in our own form."""

from collections.abc import Iterable

from aiohttp import HttpVersion11, web
from aiohttp.typedefs import Handler, Middleware

from domain.shared.errors import Invalid

CONTINUE = "100-continue"


def expecting(routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """The routes, which leave it to `expectations_met` to refuse: aiohttp asks them before any middleware."""
    return [
        web.RouteDef(route.method, route.path, route.handler, {**route.kwargs, "expect_handler": _continue})
        for route in routes
    ]


def expectations_met() -> Middleware:
    """Refuses what expects something else."""

    @web.middleware
    async def met(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _expected(request) not in ("", CONTINUE):
            raise Invalid("EXPECTATION_UNKNOWN", "Send the same request without its Expect header.")
        return await handler(request)

    return met


async def _continue(request: web.Request) -> None:
    if _expected(request) == CONTINUE:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # or aiohttp would take it for the beginning of the answer


def _expected(request: web.Request) -> str:
    """Nothing in HTTP/1.0, which does not know the header."""
    return request.headers.get("Expect", "").lower() if request.version >= HttpVersion11 else ""
