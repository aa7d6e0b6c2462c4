"""A limiter that can be told to fail, and a clock that is set by hand."""

import asyncio
from dataclasses import dataclass, field

from application.shared.limits import RateLimit, Verdict
from domain.shared.errors import Unavailable

PATIENT_S = 10.0
"""For a round trip where a busy machine must not be taken for a silent server."""

GONE = Unavailable("LIMITS_AWAY", "Count in-process.", reason="connection refused")


@dataclass
class Ticks:
    """Seconds."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Limiter:
    """Allows everything, unless it has an `error`; remembers who was counted."""

    error: Exception | None = None
    hits: list[str] = field(default_factory=list)

    async def hit(self, limit: RateLimit, key: str) -> Verdict:
        self.hits.append(key)
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        return Verdict(True, limit, limit.requests - 1, limit.seconds)
