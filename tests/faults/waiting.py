"""Waiting for what another process does, and not for ever."""

import asyncio
from collections.abc import Awaitable, Callable

POLL_S = 0.005


async def until(met: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether the condition was met within so many seconds, asked again and again."""
    for _ in range(round(seconds / POLL_S)):
        if await met():
            return True
        await asyncio.sleep(POLL_S)
    return False
