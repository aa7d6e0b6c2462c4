"""Rate limits over HTTP, with Redis and without it."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from adapters.embedded.valkey import EmbeddedValkey
from adapters.http.addresses import Proxies
from adapters.http.limits import RateLimits, Rates
from adapters.redis.fallback import WithFallback
from adapters.redis.limits import RedisLimits
from application.shared.limits import RateLimit, RateLimiter
from application.shared.windows import InProcessLimits
from entrypoints.world import SystemClock
from tests.fakes.limiter import PATIENT_S, Ticks
from tests.http.client import Client, Reply
from tests.http.policed import STREAMED, Police, policed

THREE = Rates(public=RateLimit("public", 3, 60))
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy")


@pytest.fixture
async def flushed(valkey: EmbeddedValkey) -> AsyncIterator[RateLimiter]:
    """Limits on Redis whose windows no test before has used."""
    url = valkey.url.replace("db=0", "db=7")
    async with Redis.from_url(url) as redis:
        await redis.flushdb()
    limits = RedisLimits(url, PATIENT_S)
    yield limits
    await limits.close()


@pytest.fixture(params=["in process", "on Redis"])
def limiter(request: pytest.FixtureRequest) -> RateLimiter:
    if request.param == "in process":
        return InProcessLimits()
    found: RateLimiter = request.getfixturevalue("flushed")
    return found


def limits(limiter: RateLimiter, rates: Rates = THREE, proxies: Proxies | None = None) -> RateLimits:
    return RateLimits(limiter, SystemClock(), rates, proxies or Proxies())


def told(reply: Reply) -> dict[str, str]:
    return {name: reply.headers[name] for name in HEADERS if name in reply.headers}


async def test_a_limit_is_told_and_kept(limiter: RateLimiter) -> None:
    async with policed(Police(limits(limiter))) as api:
        replies = [await api.get("/limited/public") for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["2", "1", "0", "0"]
    now = datetime.now(UTC).timestamp()
    for reply in replies:
        headers = told(reply)
        assert headers["X-RateLimit-Limit"] == "3"
        assert headers["RateLimit-Policy"] == '"public";q=3;w=60'
        match = re.fullmatch(r'"public";r=(\d);t=(\d+)', headers["RateLimit"])
        assert match
        assert match[1] == headers["X-RateLimit-Remaining"]
        assert 0 < int(match[2]) <= 60
        assert now < int(headers["X-RateLimit-Reset"]) <= now + 62


async def test_a_refusal_says_when_to_come_back(limiter: RateLimiter) -> None:
    async with policed(Police(limits(limiter))) as api:
        for _ in range(3):
            await api.get("/limited/public")
        reply = await api.get("/limited/public")
    assert reply.refused == (429, "RATE_LIMITED")
    wait = reply.error["details"].pop("retryAfterSeconds")
    assert reply.error["details"] == {"limit": "public", "requests": 3, "seconds": 60}
    assert reply.headers["Retry-After"] == str(wait)
    assert f"in {wait} s." in reply.error["message"]
    assert reply.headers["RateLimit"] == f'"public";r=0;t={wait}'


async def test_the_defaults(limiter: RateLimiter) -> None:
    expected = {
        "public": (100, 60),
        "authenticated": (60, 60),
        "trading": (30, 60),
        "uploads": (10, 60),
        "admin": (120, 60),
        "login": (10, 60),
        "login_email": (10, 900),
    }
    async with policed(Police(limits(limiter, Rates()))) as api:
        for name, (requests, seconds) in expected.items():
            reply = await api.get(f"/limited/{name}")
            assert reply.headers["RateLimit-Policy"] == f'"{name}";q={requests};w={seconds}'
            assert reply.headers["X-RateLimit-Remaining"] == str(requests - 1)


async def test_an_error_tells_it_too(limiter: RateLimiter) -> None:
    async with policed(Police(limits(limiter))) as api:
        reply = await api.get("/limited/public", fail="1")
        assert reply.status == 500
        assert reply.headers["X-RateLimit-Remaining"] == "2"


async def test_what_is_not_limited_tells_nothing(limiter: RateLimiter) -> None:
    async with policed(Police(limits(limiter))) as api:
        assert told(await api.get("/nowhere")) == {}


async def test_a_stream_tells_it_before_it_begins(limiter: RateLimiter) -> None:
    async with (
        policed(Police(limits(limiter))) as api,
        ClientSession() as session,
        session.get(f"{api.url}/stream") as response,
    ):
        assert response.headers["X-RateLimit-Remaining"] == "2"
        assert await response.text() == STREAMED


async def test_each_class_and_subject_has_its_own(limiter: RateLimiter) -> None:
    async with policed(Police(limits(limiter, Rates()))) as api:
        for name in ("authenticated", "trading"):
            for subject in ("ada", "bob"):
                first = await api.get(f"/limited/{name}", **{"as": subject})
                assert int(first.headers["X-RateLimit-Remaining"]) == int(first.headers["X-RateLimit-Limit"]) - 1


async def test_a_key_may_have_a_limit_of_its_own(limiter: RateLimiter) -> None:
    async with policed(Police(limits(limiter))) as api:
        bot = [await api.get("/limited/trading", per_minute="2", **{"as": "bot"}) for _ in range(3)]
    assert [reply.status for reply in bot] == [200, 200, 429]
    assert bot[0].headers["RateLimit-Policy"] == '"trading";q=2;w=60'


async def test_two_limits_of_one_request(limiter: RateLimiter) -> None:
    rates = Rates(login=RateLimit("login", 5, 60), login_email=RateLimit("login_email", 2, 900))
    async with policed(Police(limits(limiter, rates))) as api:
        replies = [await api.get("/limited/login", **{"and": "login_email", "as": "ada"}) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    first, _, refused = map(told, replies)
    assert first["RateLimit-Policy"] == '"login";q=5;w=60, "login_email";q=2;w=900'
    assert re.fullmatch(r'"login";r=4;t=\d+, "login_email";r=1;t=\d+', first["RateLimit"])
    assert (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"]) == ("2", "1")
    assert (refused["X-RateLimit-Limit"], refused["X-RateLimit-Remaining"]) == ("2", "0")


async def test_an_address_cannot_be_made_up(limiter: RateLimiter) -> None:
    async with policed(Police(limits(limiter))) as api:
        replies = [await _from(api, f"192.0.2.{number}") for number in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]


async def test_a_trusted_proxy_is_believed(limiter: RateLimiter) -> None:
    police = Police(limits(limiter, proxies=Proxies.of(["127.0.0.0/8"])))
    async with policed(police) as api:
        replies = [await _from(api, f"192.0.2.{number}") for number in range(4)]
        again = [await _from(api, "192.0.2.0") for _ in range(3)]
    assert [reply.status for reply in replies] == [200] * 4
    assert [reply.status for reply in again] == [200, 200, 429]


async def test_trading_goes_on_without_redis(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The server is killed, started again, and silenced, while requests go on."""
    clock = Ticks()
    with EmbeddedValkey(tmp_path / "valkey") as server:
        shared = RedisLimits(server.url, trip_seconds=1.0)
        police = Police(limits(WithFallback(shared, InProcessLimits(), 5.0, clock), Rates()))
        async with policed(police) as api:
            assert await _trades(api) == [200] * 10
            os.kill(server.pid, signal.SIGKILL)
            assert await _trades(api) == [200] * 10
            await asyncio.to_thread(server.start)
            clock.now += 5.0
            assert await _trades(api) == [200] * 10
            os.kill(server.pid, signal.SIGSTOP)
            try:
                assert await _trades(api) == [200] * 10
            finally:
                os.kill(server.pid, signal.SIGCONT)
        await shared.close()
    gone, back, again = (line for line in caplog.messages if line.startswith("Redis"))
    assert "gone" in gone
    assert "back" in back
    assert "gone" in again


async def _trades(api: Client) -> list[int]:
    replies = await asyncio.gather(*(api.get("/limited/trading", **{"as": "ada"}) for _ in range(10)))
    return [reply.status for reply in replies]


async def _from(api: Client, address: str) -> Reply:
    return await api.send("GET", "/limited/public", headers={"X-Forwarded-For": address, "Forwarded": f"for={address}"})
