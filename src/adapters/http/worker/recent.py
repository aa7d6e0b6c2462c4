"""What is asked of a server now and then, however many want to know."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from application.shared.store import StoreError
from application.shared.trips import Trips
from domain.shared.errors import Unavailable

AGE_SECONDS = 2.0
"""Up to which an answer still counts."""

TRIP_SECONDS = 2.0

T = TypeVar("T")


class Recent(Generic[T]):
    """Nothing where there is no answer in time."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._trips: Trips[None, T | None] = Trips(self._travel)
        self._told: T | None = None
        self._told_at = float("-inf")

    async def __call__(self) -> T | None:
        """The answer of a moment ago."""
        if asyncio.get_running_loop().time() - self._told_at > AGE_SECONDS:
            self._told = await self._trips.ask(None)
            self._told_at = asyncio.get_running_loop().time()
        return self._told

    async def _travel(self, asked: Sequence[None]) -> Sequence[T | None]:
        try:
            async with asyncio.timeout(TRIP_SECONDS):
                return [await self._ask()] * len(asked)
        except (Unavailable, StoreError, TimeoutError):
            return [None] * len(asked)
