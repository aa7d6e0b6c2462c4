"""What counts requests while Redis is gone."""

import logging
import time
from collections.abc import Callable

from application.shared.limits import RateLimit, RateLimiter, Verdict
from domain.shared.errors import Unavailable

PAUSE_SECONDS = 5.0
"""Between two attempts to find Redis again; each costs one request the time that it takes."""

_log = logging.getLogger(__name__)


class WithFallback:
    """Asks `first`, and `spare` from the moment that `first` is unavailable until it answers again."""

    def __init__(
        self,
        first: RateLimiter,
        spare: RateLimiter,
        pause_seconds: float = PAUSE_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = first
        self._spare = spare
        self._pause_seconds = pause_seconds
        self._now = now
        self._retry_at: float | None = None

    async def hit(self, limit: RateLimit, key: str) -> Verdict:
        """Count a request of whoever `key` stands for."""
        if not self._to_be_asked():
            return await self._spare.hit(limit, key)
        try:
            verdict = await self._first.hit(limit, key)
        except Unavailable as error:
            self._gone(error)
            return await self._spare.hit(limit, key)
        self._there()
        return verdict

    def _to_be_asked(self) -> bool:
        if self._retry_at is None:
            return True
        if self._now() < self._retry_at:
            return False
        self._retry_at = self._now() + self._pause_seconds  # nobody else asks until then
        return True

    def _gone(self, error: Unavailable) -> None:
        if self._retry_at is None:
            _log.warning("Redis is gone (%s): each process counts requests for itself", error.details.get("reason"))
        self._retry_at = self._now() + self._pause_seconds

    def _there(self) -> None:
        if self._retry_at is not None:
            _log.warning("Redis is back: processes count requests together again")
        self._retry_at = None
