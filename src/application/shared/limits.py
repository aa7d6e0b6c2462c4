"""How often somebody may ask."""

from hashlib import blake2b
from typing import Protocol

from domain.shared.errors import Invalid
from domain.shared.value import value

MOST_REQUESTS = 1_000_000
"""In one window: each takes a few bytes until the window has passed."""

MOST_SECONDS = 86_400

_DIGEST_BYTES = 16


@value
class RateLimit:
    """At most `requests` in any `seconds` that follow each other. Raises Invalid."""

    name: str
    requests: int
    seconds: int

    def __post_init__(self) -> None:
        if not (0 < self.requests <= MOST_REQUESTS and 0 < self.seconds <= MOST_SECONDS):
            raise Invalid(
                "RATE_LIMIT", f"Give 1 to {MOST_REQUESTS} requests in 1 second to {MOST_SECONDS // 3600} hours."
            )


@value
class Verdict:
    """Whether a request was within its limit; a refused one is not counted.

    `remaining` requests are left, and the next one comes back in `reset_seconds`, rounded up.
    """

    allowed: bool
    limit: RateLimit
    remaining: int
    reset_seconds: int


class RateLimiter(Protocol):
    """Counts requests."""

    async def hit(self, limit: RateLimit, key: str) -> Verdict:
        """Count a request of whoever `key` stands for. May raise Unavailable."""
        ...


def window_name(limit: RateLimit, key: str) -> str:
    """The name of a window: of a bounded length, and without the key itself, which may be personal."""
    digest = blake2b(key.encode(errors="surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
    return f"{limit.name}/{digest}/{limit.requests}/{limit.seconds}/second"
