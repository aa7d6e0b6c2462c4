"""Whether Redis answers."""

import asyncio

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.shared.errors import Unavailable


class RedisPing:
    """On a connection of its own, so that it neither waits for others nor holds them up."""

    def __init__(self, url: str, seconds: float) -> None:
        self._redis = Redis.from_url(url, retry=Retry(NoBackoff(), 1), max_connections=1)
        self._seconds = seconds

    async def __call__(self) -> None:
        """One round trip, connecting included. Raises Unavailable where it takes longer than it may."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._redis.ping()
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            reason = str(error) or type(error).__name__
            raise Unavailable("REDIS_AWAY", "Check that Redis runs, and REDIS_URL.", reason=reason) from error

    async def close(self) -> None:
        """Give up the connection."""
        await self._redis.aclose()
