"""What counts requests while Redis is gone."""

import asyncio
import logging

import pytest

from adapters.redis.fallback import PAUSE_SECONDS, WithFallback
from application.shared.limits import RateLimit
from tests.fakes.limiter import GONE, Limiter, Ticks

LIMIT = RateLimit("public", 100, 60)


@pytest.fixture
def clock() -> Ticks:
    return Ticks(1000.0)


@pytest.fixture
def first() -> Limiter:
    return Limiter()


@pytest.fixture
def spare() -> Limiter:
    return Limiter()


@pytest.fixture
def both(first: Limiter, spare: Limiter, clock: Ticks) -> WithFallback:
    return WithFallback(first, spare, now=clock)


async def test_the_first_is_asked_while_it_is_there(both: WithFallback, first: Limiter, spare: Limiter) -> None:
    await both.hit(LIMIT, "a")
    assert (first.hits, spare.hits) == (["a"], [])


async def test_one_request_finds_out_that_it_is_gone(both: WithFallback, first: Limiter, spare: Limiter) -> None:
    first.error = GONE
    for key in "abc":
        assert (await both.hit(LIMIT, key)).allowed
    assert (first.hits, spare.hits) == (["a"], ["a", "b", "c"])


async def test_one_request_looks_whether_it_is_back(
    both: WithFallback, first: Limiter, spare: Limiter, clock: Ticks
) -> None:
    first.error = GONE
    await both.hit(LIMIT, "a")
    for _ in range(3):
        clock.now += PAUSE_SECONDS
        await asyncio.gather(*(both.hit(LIMIT, key) for key in "bcd"))
    assert first.hits == ["a", "b", "b", "b"]
    assert len(spare.hits) == 10
    clock.now += PAUSE_SECONDS - 0.001
    first.error = None
    await both.hit(LIMIT, "e")
    assert len(first.hits) == 4
    clock.now += 0.001
    await both.hit(LIMIT, "f")
    await both.hit(LIMIT, "g")
    assert first.hits[4:] == ["f", "g"]
    assert len(spare.hits) == 11


async def test_one_line_when_it_goes_and_one_when_it_comes(
    both: WithFallback, first: Limiter, clock: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        first.error = GONE
        for _ in range(3):
            await asyncio.gather(*(both.hit(LIMIT, "a") for _ in range(3)))
            clock.now += PAUSE_SECONDS
        first.error = None
        await both.hit(LIMIT, "a")
        await both.hit(LIMIT, "a")
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 4
    gone, back = caplog.messages[:2]
    assert "connection refused" in gone
    assert "back" in back
    assert caplog.messages == [gone, back] * 2


async def test_a_fault_of_ours_is_not_hidden(both: WithFallback, first: Limiter, spare: Limiter) -> None:
    first.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await both.hit(LIMIT, "a")
    assert spare.hits == []
