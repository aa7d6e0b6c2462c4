"""Rate limits in Redis: what processes share, what it costs, and what happens when the server dies or falls silent."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis

from adapters.embedded.valkey import EmbeddedValkey
from adapters.redis.fallback import PAUSE_SECONDS, WithFallback
from adapters.redis.limits import MOST_HITS, PREFIX, RedisLimits
from application.shared.limits import RateLimit, Verdict, window_name
from application.shared.windows import InProcessLimits
from domain.shared.errors import Unavailable
from tests.fakes.limiter import PATIENT_S, Ticks

SETTLE_S = 30
"""Long past any bound that is meant to hold."""


@pytest.fixture
def limit() -> RateLimit:
    return RateLimit(uuid4().hex, 5, 60)


@pytest.fixture
async def redis(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """A client of our own."""
    async with Redis.from_url(valkey.url) as client:
        yield client


@pytest.fixture
async def limits(valkey: EmbeddedValkey) -> AsyncIterator[RedisLimits]:
    limits = RedisLimits(valkey.url, PATIENT_S)
    yield limits
    await limits.close()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A server of the test's own."""
    with EmbeddedValkey(tmp_path / "valkey") as server:
        yield server


async def test_processes_count_together(valkey: EmbeddedValkey, limits: RedisLimits, limit: RateLimit) -> None:
    other = RedisLimits(valkey.url, PATIENT_S)
    verdicts = [await each.hit(limit, "ada") for _ in range(3) for each in (limits, other)]
    assert [verdict.remaining for verdict in verdicts] == [4, 3, 2, 1, 0, 0]
    assert not verdicts[-1].allowed
    await other.close()


async def test_the_library_reads_the_same_window(valkey: EmbeddedValkey, limits: RedisLimits, limit: RateLimit) -> None:
    address = valkey.url.replace("unix://", "async+redis+unix://")
    prefix, name = PREFIX.split(":")
    storage = RedisStorage(address, implementation="redispy", key_prefix=prefix)
    library = MovingWindowRateLimiter(storage)
    item = RateLimitItemPerSecond(limit.requests, limit.seconds, namespace=name + limit.name)
    digest = window_name(limit, "ada").split("/")[1]
    for _ in range(6):
        ours = await limits.hit(limit, "ada")
        stats = await library.get_window_stats(item, digest)
        assert stats.remaining == ours.remaining
        assert await library.test(item, digest) == (ours.remaining > 0)
    await storage.bridge.get_connection().aclose()  # type: ignore[attr-defined]


async def test_requests_share_round_trips(limits: RedisLimits, redis: Redis, limit: RateLimit) -> None:
    await limits.hit(limit, "ada")
    await redis.config_resetstat()
    hits = MOST_HITS + 10
    await asyncio.gather(*(limits.hit(limit, str(number)) for number in range(hits)))
    assert (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"] == 2


async def test_a_window_ends_by_itself_and_names_nobody(limits: RedisLimits, redis: Redis, limit: RateLimit) -> None:
    for _ in range(20):
        await limits.hit(limit, "ada@example.org")
    (key,) = [key async for key in redis.scan_iter(f"{PREFIX}{limit.name}*")]
    assert b"ada" not in key
    assert len(key) < 200
    assert 0 < await redis.ttl(key) <= limit.seconds
    assert await redis.llen(key) == limit.requests


async def test_what_has_left_the_window_is_dropped(limits: RedisLimits, redis: Redis, limit: RateLimit) -> None:
    now = (await redis.time())[0]
    key = PREFIX + window_name(limit, "ada")
    await redis.rpush(key, now - 1, now - 59, now - 61, now - 1000)
    verdict = await limits.hit(limit, "ada")
    assert (verdict.remaining, verdict.reset_seconds) == (2, 1)
    assert await redis.llen(key) == 3


async def test_a_server_that_forgot_the_script(limits: RedisLimits, redis: Redis, limit: RateLimit) -> None:
    await limits.hit(limit, "ada")
    await redis.script_flush()
    assert (await limits.hit(limit, "ada")).remaining == 3


async def test_a_server_that_refuses_to_write(limits: RedisLimits, redis: Redis, limit: RateLimit) -> None:
    await limits.hit(limit, "ada")
    used = (await redis.config_get("maxmemory"))["maxmemory"]
    await redis.config_set("maxmemory", "1")
    try:
        with pytest.raises(Unavailable):
            await limits.hit(limit, "ada")
    finally:
        await redis.config_set("maxmemory", str(used))
    assert (await limits.hit(limit, "ada")).allowed


async def test_a_server_that_was_never_there(tmp_path: Path, limit: RateLimit) -> None:
    for url in (f"unix://{tmp_path}/no.sock", "redis://127.0.0.1:1/0"):
        limits = RedisLimits(url)
        with pytest.raises(Unavailable, match="in-process"):
            await limits.hit(limit, "ada")
        await limits.close()


async def test_a_server_that_is_killed_and_comes_back(
    mortal: EmbeddedValkey, limit: RateLimit, caplog: pytest.LogCaptureFixture
) -> None:
    clock, shared = Ticks(), RedisLimits(mortal.url, PATIENT_S)
    both = WithFallback(shared, InProcessLimits(), now=clock)
    assert (await both.hit(limit, "ada")).remaining == 4

    os.kill(mortal.pid, signal.SIGKILL)
    verdicts = await asyncio.gather(*(both.hit(limit, "ada") for _ in range(10)))
    assert sum(verdict.allowed for verdict in verdicts) == limit.requests
    assert _levels(caplog) == [logging.WARNING]

    await asyncio.to_thread(mortal.start)
    assert not (await both.hit(limit, "ada")).allowed
    clock.now += PAUSE_SECONDS
    assert (await both.hit(limit, "bob")).remaining == 4
    assert "back" in caplog.messages[-1]
    assert len(caplog.messages) == 2
    await shared.close()


async def test_a_server_that_falls_silent(
    mortal: EmbeddedValkey, limit: RateLimit, caplog: pytest.LogCaptureFixture
) -> None:
    clock, shared = Ticks(), RedisLimits(mortal.url, trip_seconds=0.5)
    both = WithFallback(shared, InProcessLimits(), now=clock)
    await both.hit(limit, "ada")

    os.kill(mortal.pid, signal.SIGSTOP)
    try:
        for _ in range(2):
            verdicts = await _soon(both, limit, 20)
            assert len(verdicts) == 20
            clock.now += PAUSE_SECONDS
    finally:
        os.kill(mortal.pid, signal.SIGCONT)
    assert _levels(caplog) == [logging.WARNING]

    clock.now += PAUSE_SECONDS
    await _soon(both, limit, 1)
    assert len(caplog.messages) == 2
    assert (await shared.hit(limit, "bob")).remaining == 4
    await shared.close()


async def test_nobody_waits_for_a_second_trip_to_a_silent_server(mortal: EmbeddedValkey, limit: RateLimit) -> None:
    """Those who fit into no trip yet hear of the first one's failure."""
    limits = RedisLimits(mortal.url, trip_seconds=0.1)
    os.kill(mortal.pid, signal.SIGSTOP)
    try:
        hits = (limits.hit(limit, "ada") for _ in range(3 * MOST_HITS))
        errors = await asyncio.gather(*hits, return_exceptions=True)
    finally:
        os.kill(mortal.pid, signal.SIGCONT)
    assert isinstance(errors[0], Unavailable)
    assert set(errors) == {errors[0]}
    await limits.close()


async def test_a_connection_that_was_closed(limits: RedisLimits, redis: Redis, limit: RateLimit) -> None:
    await limits.hit(limit, "ada")
    await redis.client_kill_filter(_type="normal", skipme=True)
    assert (await limits.hit(limit, "ada")).remaining == 3


async def _soon(both: WithFallback, limit: RateLimit, times: int) -> list[Verdict]:
    """The verdicts, which a server that says nothing must not hold back."""
    async with asyncio.timeout(SETTLE_S):
        return await asyncio.gather(*(both.hit(limit, "ada") for _ in range(times)))


def _levels(caplog: pytest.LogCaptureFixture) -> list[int]:
    return [record.levelno for record in caplog.records if record.name.startswith("adapters.")]
