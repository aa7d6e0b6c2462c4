"""Rate limits that all processes share, in Redis."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from adapters.redis.script import HIT
from application.shared.limits import RateLimit, Verdict, window_name
from domain.shared.errors import Unavailable

PREFIX = "presage:{limits}/"
"""Of every key; the braces keep all windows in one slot, which a script needs of a Redis that is a cluster."""

TRIP_SECONDS = 0.25
"""For one round trip, connecting included."""

RETRIES = 1
"""Within that time: a connection that was idle for long may have been closed."""

MOST_HITS = 256
"""In one round trip."""


@dataclass(slots=True)
class _Hit:
    limit: RateLimit
    key: str
    verdict: asyncio.Future[Verdict]


class RedisLimits:
    """Moving windows in Redis. Requests that arrive while a round trip is under way share the next one."""

    def __init__(self, url: str, trip_seconds: float = TRIP_SECONDS) -> None:
        self._redis = Redis.from_url(url, retry=Retry(NoBackoff(), RETRIES), max_connections=1)
        self._script = self._redis.register_script(HIT)
        self._trip_seconds = trip_seconds
        self._waiting: list[_Hit] = []
        self._trips: asyncio.Task[None] | None = None

    async def hit(self, limit: RateLimit, key: str) -> Verdict:
        """Count a request of whoever `key` stands for. Raises Unavailable within twice the time of a round trip."""
        hit = _Hit(limit, PREFIX + window_name(limit, key), asyncio.get_running_loop().create_future())
        self._waiting.append(hit)
        if self._trips is None or self._trips.done():
            self._trips = asyncio.create_task(self._travel())
        return await hit.verdict

    async def close(self) -> None:
        """Give up the connection."""
        await self._redis.aclose()

    async def _travel(self) -> None:
        """Ask until nobody waits. When Redis fails, everybody who waits is told at once."""
        while self._waiting:
            hits, self._waiting = self._waiting[:MOST_HITS], self._waiting[MOST_HITS:]
            try:
                async with asyncio.timeout(self._trip_seconds):
                    verdicts = await self._asked(hits)
            except (RedisError, OSError) as error:
                hits, self._waiting = hits + self._waiting, []
                _fail(hits, Unavailable("LIMITS_AWAY", "Count in-process.", reason=str(error) or type(error).__name__))
            except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must not wait for ever
                _fail(hits, error)
            else:
                _settle(hits, verdicts)

    async def _asked(self, hits: Sequence[_Hit]) -> list[Verdict]:
        bounds = [bound for hit in hits for bound in (hit.limit.requests, hit.limit.seconds)]
        numbers = [int(number) for number in (await self._script([hit.key for hit in hits], bounds)).split()]
        answers = zip(hits, numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        return [Verdict(bool(allowed), hit.limit, left, seconds) for hit, allowed, left, seconds in answers]


def _settle(hits: Sequence[_Hit], verdicts: Sequence[Verdict]) -> None:
    for hit, verdict in zip(hits, verdicts, strict=True):
        if not hit.verdict.done():  # whoever asked may have gone
            hit.verdict.set_result(verdict)


def _fail(hits: Sequence[_Hit], error: Exception) -> None:
    for hit in hits:
        if not hit.verdict.done():
            hit.verdict.set_exception(error)
