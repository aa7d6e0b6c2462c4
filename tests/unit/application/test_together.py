"""Things done at the same time: none outlives the others."""

import asyncio

import pytest

from application.shared.together import all_of


async def test_all_run_to_their_end() -> None:
    done: list[int] = []

    async def do(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)

    await all_of(*map(do, range(3)))
    assert done == [0, 1, 2]


async def test_a_failure_ends_the_others() -> None:
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await all_of(wait(), fail())
    assert ended.is_set()
