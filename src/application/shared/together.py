"""Things done at the same time, of which none outlives the others."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def all_of(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all to their end; where one fails, cancel the others and raise its error."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
