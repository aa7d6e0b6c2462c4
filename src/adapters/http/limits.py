"""Rate limits of requests, and what every limited answer tells of them."""

import math
from dataclasses import dataclass

from aiohttp import web

from adapters.http.addresses import Proxies, counted_as
from application.shared.limits import RateLimit, RateLimiter, Verdict
from application.shared.ports import Clock
from domain.shared.errors import Limited

OVERRIDE_SECONDS = 60
"""The window of a limit that is given as a number of requests."""

_VERDICTS = web.RequestKey("verdicts", list[Verdict])


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each class of requests may be made: `public` and `login` by an address, `login_email` with an e-mail
    address, the others by a user."""

    public: RateLimit = RateLimit("public", 100, 60)
    authenticated: RateLimit = RateLimit("authenticated", 60, 60)
    trading: RateLimit = RateLimit("trading", 30, 60)
    uploads: RateLimit = RateLimit("uploads", 10, 60)
    admin: RateLimit = RateLimit("admin", 120, 60)
    login: RateLimit = RateLimit("login", 10, 60)
    login_email: RateLimit = RateLimit("login_email", 10, 900)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Counts requests, each against the window of its class and subject."""

    limiter: RateLimiter
    clock: Clock
    rates: Rates = Rates()
    proxies: Proxies = Proxies()

    async def check(self, request: web.Request, name: str, subject: str, per_minute: int | None = None) -> None:
        """Count a request of a class of `Rates` against a subject; `per_minute` stands for the limit where it is given.

        Raises Limited.
        """
        limit: RateLimit = getattr(self.rates, name)
        if per_minute is not None:
            limit = RateLimit(name, per_minute, OVERRIDE_SECONDS)
        verdict = await self.limiter.hit(limit, subject)
        request.setdefault(_VERDICTS, []).append(verdict)
        if not verdict.allowed:
            raise _limited(verdict)

    def address(self, request: web.Request) -> str:
        """What stands for the caller's address."""
        return counted_as(self.proxies.client(request.remote, request.headers))

    async def tell(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers, before an answer is sent: X-RateLimit-* for the limit that is nearest, its reset in Unix
        time, and for each limit RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""
        verdicts = request.get(_VERDICTS)
        if not verdicts:
            return
        nearest = min(verdicts, key=lambda verdict: (verdict.allowed, verdict.remaining))
        reset = math.ceil(self.clock.now().timestamp()) + nearest.reset_seconds
        response.headers["X-RateLimit-Limit"] = str(nearest.limit.requests)
        response.headers["X-RateLimit-Remaining"] = str(nearest.remaining)
        response.headers["X-RateLimit-Reset"] = str(reset)
        response.headers["RateLimit"] = ", ".join(map(_service_limit, verdicts))
        response.headers["RateLimit-Policy"] = ", ".join(map(_policy, verdicts))


def _service_limit(verdict: Verdict) -> str:
    return f'"{verdict.limit.name}";r={verdict.remaining};t={verdict.reset_seconds}'


def _policy(verdict: Verdict) -> str:
    return f'"{verdict.limit.name}";q={verdict.limit.requests};w={verdict.limit.seconds}'


def _limited(verdict: Verdict) -> Limited:
    limit, wait = verdict.limit, verdict.reset_seconds
    return Limited(
        "RATE_LIMITED",
        f"At most {limit.requests} such requests are taken in {limit.seconds} s; send this again in {wait} s.",
        limit=limit.name,
        requests=limit.requests,
        seconds=limit.seconds,
        retry_after_seconds=wait,
    )
