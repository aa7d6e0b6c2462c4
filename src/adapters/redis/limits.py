"""Rate limits that all processes share, in Redis."""

import asyncio
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from adapters.redis.script import HIT
from application.shared.limits import RateLimit, Verdict, window_name
from application.shared.trips import Trips
from domain.shared.errors import Unavailable

PREFIX = "presage:{limits}/"
"""Of every key; the braces keep all windows in one slot, which a script needs of a Redis that is a cluster."""

TRIP_SECONDS = 0.25
"""For one round trip, connecting included."""

RETRIES = 1
"""Within that time: a connection that was idle for long may have been closed."""

MOST_HITS = 256
"""In one round trip."""


class RedisLimits:
    """Moving windows in Redis; requests that arrive at the same time share a round trip."""

    def __init__(self, url: str, trip_seconds: float = TRIP_SECONDS) -> None:
        self._redis = Redis.from_url(url, retry=Retry(NoBackoff(), RETRIES), max_connections=1)
        self._script = self._redis.register_script(HIT)
        self._trip_seconds = trip_seconds
        self._hits: Trips[tuple[RateLimit, str], Verdict] = Trips(self._travel, MOST_HITS)

    async def hit(self, limit: RateLimit, key: str) -> Verdict:
        """Count a request of whoever `key` stands for. Raises Unavailable within twice the time of a round trip."""
        return await self._hits.ask((limit, key))

    async def close(self) -> None:
        """Give up the connection."""
        await self._redis.aclose()

    async def _travel(self, hits: Sequence[tuple[RateLimit, str]]) -> list[Verdict]:
        try:
            async with asyncio.timeout(self._trip_seconds):
                return await self._asked(hits)
        except (RedisError, OSError) as error:
            raise Unavailable("LIMITS_AWAY", "Count in-process.", reason=str(error) or type(error).__name__) from error

    async def _asked(self, hits: Sequence[tuple[RateLimit, str]]) -> list[Verdict]:
        windows = [PREFIX + window_name(limit, key) for limit, key in hits]
        bounds = [bound for limit, _ in hits for bound in (limit.requests, limit.seconds)]
        numbers = [int(number) for number in (await self._script(windows, bounds)).split()]
        answers = zip(hits, numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        return [Verdict(bool(allowed), limit, left, seconds) for (limit, _), allowed, left, seconds in answers]
