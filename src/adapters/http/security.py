"""Headers that keep browsers from doing with an answer what it is not meant for (OWASP REST Security Cheat Sheet)."""

from collections.abc import Mapping

from aiohttp import web

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",  # says nothing of requests that CORS allows
    "Cache-Control": "no-store",
}
"""Of every answer, unless its handler says otherwise."""


class SecurityHeaders:
    """Adds them. `hsts_seconds` for which browsers shall use TLS alone, where a proxy in front of us speaks it."""

    def __init__(self, hsts_seconds: int = 0) -> None:
        hsts = {"Strict-Transport-Security": f"max-age={hsts_seconds}"} if hsts_seconds else {}
        self._headers = {**HEADERS, **hsts}

    async def tell(self, request: web.Request, response: web.StreamResponse) -> None:  # noqa: ARG002 - a signal's form
        """Add the headers, and take away what names our server and its version, before an answer is sent."""
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        response.headers.pop("Server", None)
