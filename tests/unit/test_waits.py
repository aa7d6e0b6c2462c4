"""What waits ends in time, and with its server."""

import asyncio

import pytest
from aiohttp import web

from adapters.http.waits import Waits


async def test_a_wait_is_bounded() -> None:
    waits = Waits()
    with pytest.raises(TimeoutError):
        async with waits.bounded(0.01):
            await asyncio.Event().wait()
    async with waits.bounded(60):
        pass


async def test_all_end_when_the_server_does() -> None:
    waits, ended = Waits(), []

    async def wait() -> None:
        try:
            async with waits.bounded(3600):
                await asyncio.Event().wait()
        except TimeoutError:
            ended.append(True)

    waiting = [asyncio.create_task(wait()) for _ in range(5)]
    await asyncio.sleep(0)
    await waits.close(web.Application())
    await asyncio.gather(*waiting)
    assert ended == [True] * 5
    with pytest.raises(TimeoutError):
        async with waits.bounded(3600):
            await asyncio.Event().wait()


async def test_one_that_ends_at_that_moment_is_left_alone() -> None:
    waits = Waits()

    async def wait() -> None:
        async with waits.bounded(0):
            try:
                await asyncio.Event().wait()
            finally:
                await waits.close(web.Application())

    with pytest.raises(TimeoutError):
        await wait()
