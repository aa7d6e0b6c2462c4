"""The refresh token in a cookie: out of the reach of scripts, sent to the auth endpoints alone (RFC 6265bis)."""

from dataclasses import dataclass
from datetime import datetime
from http.cookies import Morsel

from aiohttp import hdrs, web

from domain.shared.errors import Forbidden

NAME = "presage_refresh"
PATH = "/api/v1/auth"


@dataclass(frozen=True, slots=True)
class RefreshCookies:
    """Writes and reads the cookie, for pages of this host and of the `origins` listed.

    `secure` cookies travel over HTTPS alone; over plain HTTP browsers keep them for localhost only.
    """

    secure: bool = True
    origins: frozenset[str] = frozenset()

    def token(self, request: web.Request) -> str | None:
        """The token that a request brings. Raises Forbidden where a page elsewhere may have sent it."""
        token = request.cookies.get(NAME)
        if token is not None:
            self.require_origin(request)
        return token

    def require_origin(self, request: web.Request) -> None:
        """Refuse to serve cookies to pages elsewhere, and to whoever does not say where he is. Raises Forbidden."""
        given = request.headers.get(hdrs.ORIGIN, "")
        if given not in self.origins and not _is_here(given, request.host):
            raise Forbidden(
                "ORIGIN_FORBIDDEN",
                "Use the cookie from a page of this host or of a listed one, with its Origin header.",
            )

    def kept(self, token: str, now: datetime, until: datetime) -> dict[str, str]:
        """The header that stores a token."""
        return self._header(token, max(0, int((until - now).total_seconds())))

    def cleared(self) -> dict[str, str]:
        """The header that forgets it."""
        return self._header("", 0)

    def _header(self, token: str, max_age: int) -> dict[str, str]:
        morsel: Morsel[str] = Morsel()
        morsel.set(NAME, token, token)
        morsel.update({"path": PATH, "max-age": str(max_age), "samesite": "Strict"})
        morsel["httponly"] = True
        if self.secure:
            morsel["secure"] = True
        return {hdrs.SET_COOKIE: morsel.OutputString()}


def _is_here(origin: str, host: str) -> bool:
    """Whether a page of an origin was served by this host; the scheme may have ended at a proxy."""
    return origin.lower() in (f"http://{host.lower()}", f"https://{host.lower()}")
