"""Which pages of other origins may use the API from a browser (Cross-Origin Resource Sharing, Fetch standard)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDict

from domain.shared.errors import Forbidden

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, Prefer, X-Request-ID, traceparent, Last-Event-ID"
EXPOSED = (
    "X-Request-ID, Idempotency-Key, Idempotency-Replayed, Location, Preference-Applied, Retry-After, RateLimit, "
    "RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
MAX_AGE_SECONDS = 3600
"""For which a browser remembers what it may send."""

_ASKED = "Access-Control-Request-Method"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin(text: str) -> str:
    """An origin as browsers name it, such as https://app.example:8443. Raises ValueError for anything else."""
    parts = urlsplit(text.lower())
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    named = f"{parts.scheme}://{host}"
    if not (parts.scheme and host) or "*" in host or text.lower() not in (named, f"{named}:{parts.port}"):
        raise ValueError("give an origin as https://app.example, without a path")
    return named if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{named}:{parts.port}"


class Cors:
    """Answers preflights, and tells browsers whether a page may read an answer. No origin may unless it is listed."""

    def __init__(self, origins: Iterable[str] = ()) -> None:
        self._origins = frozenset(map(origin, origins))

    def allows(self, origin: str | None) -> bool:
        """Whether pages of an origin may call."""
        return origin in self._origins

    def preflights(self) -> Middleware:
        """Answers the question of a browser whether it may send a request, before anybody else hears of it.

        Raises Forbidden.
        """

        @web.middleware
        async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.method != "OPTIONS" or "Origin" not in request.headers or _ASKED not in request.headers:
                return await handler(request)
            if not self.allows(request.headers["Origin"]):
                raise Forbidden(
                    "ORIGIN_FORBIDDEN", "Pages of this origin may not call; the operator lists those that may."
                )
            return web.Response(status=204, headers=_PERMISSION)

        return answered

    async def tell(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers, before an answer is sent."""
        if not self._origins:
            return
        _vary(response.headers, "Origin")
        given = request.headers.get("Origin")
        if given is not None and self.allows(given):
            response.headers["Access-Control-Allow-Origin"] = given
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Expose-Headers"] = EXPOSED


_PERMISSION = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": REQUEST_HEADERS,
    "Access-Control-Max-Age": str(MAX_AGE_SECONDS),
    "Vary": f"{_ASKED}, Access-Control-Request-Headers",
}


def _vary(headers: CIMultiDict[str], name: str) -> None:
    """Caches must tell apart answers to requests that differ in this header."""
    headers["Vary"] = f"{headers['Vary']}, {name}" if "Vary" in headers else name
