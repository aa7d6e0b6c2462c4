"""How one part behind the API fares, whoever asks and however long it takes to say."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from time import perf_counter

from adapters.http.models.base import Answer

AGE_SECONDS = 2.0
"""Up to which an answer still counts."""

PATIENCE_SECONDS = 0.07
"""For which somebody who asks is kept waiting; the check goes on without him."""

CHECK_SECONDS = 2.0
"""After which a part that is silent counts as gone."""

_log = logging.getLogger(__name__)


class Fares(StrEnum):
    """How a part may fare: it works, is late, is gone, or was never asked for."""

    OK = "ok"
    SLOW = "slow"
    AWAY = "away"
    OFF = "off"


class ComponentHealth(Answer):
    """How a part fares, and milliseconds that it took to say so; none where it did not."""

    status: Fares
    latency_ms: float | None = None


Ask = Callable[[], Awaitable[Fares]]
"""Asks a part how it fares; whatever it raises means that the part is gone."""


async def off() -> Fares:
    """Of a part that the settings do without."""
    return Fares.OFF


class Component:
    """Asks at most once at a time, and remembers the answer for a while; why a part is gone, the log alone is told."""

    def __init__(self, name: str, ask: Ask) -> None:
        self._name = name
        self._ask = ask
        self._told = ComponentHealth(status=Fares.OK)
        self._told_at = float("-inf")
        self._check: asyncio.Task[None] | None = None

    async def __call__(self) -> ComponentHealth:
        """How it fares, or fared a moment ago: `slow` where that takes longer than PATIENCE_SECONDS to say."""
        if asyncio.get_running_loop().time() - self._told_at <= AGE_SECONDS:
            return self._told
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(self._look())
        done, _ = await asyncio.wait([self._check], timeout=PATIENCE_SECONDS)
        return self._told if done else ComponentHealth(status=Fares.SLOW)

    async def _look(self) -> None:
        began = perf_counter()
        reason, told = "", ComponentHealth(status=Fares.AWAY)
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                status = await self._ask()
            took = (perf_counter() - began) * 1000
            told = ComponentHealth(status=status, latency_ms=None if status is Fares.OFF else round(took, 3))
        except Exception as error:  # noqa: BLE001 - however it fails, it is gone
            reason = f" ({type(error).__name__} {error})"
        if told.status is not self._told.status and told.status is not Fares.OFF:
            _log.warning("%s is %s%s", self._name, told.status, reason)
        self._told, self._told_at = told, asyncio.get_running_loop().time()
