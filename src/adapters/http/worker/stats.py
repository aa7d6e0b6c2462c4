"""What is in the queues, asked of the store now and then however many want to know."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from application.jobs.ports import QueueStats
from application.shared.store import StoreError
from application.shared.trips import Trips
from domain.shared.errors import Unavailable

AGE_SECONDS = 2.0
"""Up to which an answer still counts."""

TRIP_SECONDS = 2.0

_NEVER = float("-inf")


class RecentStats:
    """Nothing where the store does not answer in time."""

    def __init__(self, stats: Callable[[], Awaitable[Sequence[QueueStats]]]) -> None:
        self._stats = stats
        self._trips: Trips[None, Sequence[QueueStats] | None] = Trips(self._travel)
        self._told: Sequence[QueueStats] | None = None
        self._told_at = _NEVER

    async def __call__(self) -> Sequence[QueueStats] | None:
        """Every queue, as it was a moment ago."""
        if asyncio.get_running_loop().time() - self._told_at > AGE_SECONDS:
            self._told = await self._trips.ask(None)
        return self._told

    async def _travel(self, asked: Sequence[None]) -> Sequence[Sequence[QueueStats] | None]:
        told: Sequence[QueueStats] | None = None
        try:
            async with asyncio.timeout(TRIP_SECONDS):
                told = await self._stats()
        except (Unavailable, StoreError, TimeoutError):
            pass
        self._told_at = asyncio.get_running_loop().time()
        return [told] * len(asked)
