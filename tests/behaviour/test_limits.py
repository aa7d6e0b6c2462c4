"""Rate limits: the same behaviour in one process and in Redis."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.redis.limits import RedisLimits
from application.shared.limits import RateLimit, RateLimiter
from application.shared.windows import InProcessLimits
from tests.fakes.limiter import PATIENT_S


@pytest.fixture
def in_process() -> RateLimiter:
    return InProcessLimits()


@pytest.fixture
async def on_redis(valkey: EmbeddedValkey) -> AsyncIterator[RateLimiter]:
    limits = RedisLimits(valkey.url, PATIENT_S)
    yield limits
    await limits.close()


@pytest.fixture(params=["in_process", "on_redis"])
def limiter(request: pytest.FixtureRequest) -> RateLimiter:
    found: RateLimiter = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def three() -> RateLimit:
    """Three in a minute, in windows that no other test uses."""
    return RateLimit(str(uuid4()), 3, 60)


async def test_a_limit_is_reached(limiter: RateLimiter, three: RateLimit) -> None:
    verdicts = [await limiter.hit(three, "ada") for _ in range(5)]
    assert [verdict.allowed for verdict in verdicts] == [True] * 3 + [False] * 2
    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0, 0]
    assert {verdict.limit for verdict in verdicts} == {three}
    assert all(0 < verdict.reset_seconds <= 60 for verdict in verdicts)


async def test_each_key_has_its_window(limiter: RateLimiter, three: RateLimit) -> None:
    for key in ("ada", "bob", "", "ada ", "Ada", "ä" * 5000, "\ud800", "a/b"):
        assert (await limiter.hit(three, key)).remaining == 2


async def test_each_limit_has_its_window(limiter: RateLimiter, three: RateLimit) -> None:
    others = [RateLimit(three.name, 4, 60), RateLimit(three.name, 3, 61), RateLimit(str(uuid4()), 3, 60)]
    for limit in [three, *others]:
        assert (await limiter.hit(limit, "ada")).remaining == limit.requests - 1


async def test_many_at_once(limiter: RateLimiter) -> None:
    limit = RateLimit(str(uuid4()), 100, 60)
    verdicts = await asyncio.gather(*(limiter.hit(limit, "ada") for _ in range(700)))
    assert sum(verdict.allowed for verdict in verdicts) == 100
    assert sorted(verdict.remaining for verdict in verdicts if verdict.allowed) == list(range(100))


async def test_the_window_moves(limiter: RateLimiter) -> None:
    limit = RateLimit(str(uuid4()), 1, 1)
    first, refused = await limiter.hit(limit, "ada"), await limiter.hit(limit, "ada")
    assert (first.allowed, refused.allowed, refused.reset_seconds) == (True, False, 1)
    await asyncio.sleep(refused.reset_seconds)
    assert (await limiter.hit(limit, "ada")).allowed


async def test_a_caller_who_goes_leaves_the_others(limiter: RateLimiter, three: RateLimit) -> None:
    tasks = [asyncio.create_task(limiter.hit(three, "ada")) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert all(verdict.allowed for verdict in await asyncio.gather(*tasks[1:]))
