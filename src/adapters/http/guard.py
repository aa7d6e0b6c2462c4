"""Who may pass: proof of identity, then the endpoint's rule, then its rate limit."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.http.endpoints import Access, Endpoint
from domain.accounts.caller import Caller, Scope
from domain.shared.errors import Forbidden, Unauthenticated

Authenticate = Callable[[str], Awaitable[Caller]]
"""Whom a bearer credential proves. Raises Unauthenticated, Forbidden and Unavailable."""

CALLER = web.RequestKey("caller", Caller)

PUBLIC, SIGNED_IN, TRADING, ADMIN = "public", "authenticated", "trading", "admin"
"""Classes of rate limits; the first counts addresses, the others users."""

_LIMIT_OF: Mapping[Access, str] = {
    Access.PUBLIC: PUBLIC,
    Access.READ: SIGNED_IN,
    Access.SIGNED_IN: SIGNED_IN,
    Access.TRADE: TRADING,
    Access.ADMIN: ADMIN,
}


class Limits(Protocol):
    """How often somebody may ask."""

    async def check(self, request: web.Request, name: str, subject: str, per_minute: int | None = None) -> None:
        """Count a request of a class against a subject. Raises Limited."""
        ...

    def address(self, request: web.Request) -> str:
        """What stands for the caller's address."""
        ...

    async def tell(self, request: web.Request, response: web.StreamResponse) -> None:
        """Say in the headers of an answer how often its request may be made, before it is sent."""
        ...


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets callers pass."""

    authenticate: Authenticate
    limits: Limits

    async def admit(self, request: web.Request, endpoint: Endpoint) -> Caller | None:
        """Who asks; None of a public endpoint. Raises Unauthenticated, Forbidden, Limited and Unavailable."""
        name = endpoint.limit or _LIMIT_OF[endpoint.access]
        if endpoint.access is Access.PUBLIC:
            await self.limits.check(request, name, self.limits.address(request))
            return None
        caller = request[CALLER] = await self._identified(request)
        await self._count(request, name, caller)
        _require(caller, endpoint.access)
        return caller

    async def _count(self, request: web.Request, name: str, caller: Caller) -> None:
        """Against the user, or against a key that was given a number of its own."""
        if name == TRADING and caller.per_minute is not None:
            return await self.limits.check(request, name, str(caller.key_id), caller.per_minute)
        return await self.limits.check(request, name, str(caller.user.id))

    async def _identified(self, request: web.Request) -> Caller:
        try:
            return await self.authenticate(_bearer(request))
        except (Unauthenticated, Forbidden):
            await self.limits.check(request, PUBLIC, self.limits.address(request))
            raise


def _require(caller: Caller, access: Access) -> None:
    match access:
        case Access.ADMIN:
            caller.require_admin()
        case Access.SIGNED_IN:
            caller.require_signed_in()
        case Access.TRADE:
            caller.require_scope(Scope.TRADE)
        case Access.READ:
            caller.require_scope(Scope.READ)


def _bearer(request: web.Request) -> str:
    """The credential of the Authorization header (RFC 6750). Raises Unauthenticated."""
    given = request.headers.getall("Authorization", [])
    scheme, _, credential = (given[0] if given else "").partition(" ")
    if len(given) != 1 or scheme.lower() != "bearer" or not credential.strip():
        raise Unauthenticated(
            "AUTHENTICATION_NEEDED", "Sign in, and send Authorization: Bearer with the access token or an API key."
        )
    return credential.strip()
