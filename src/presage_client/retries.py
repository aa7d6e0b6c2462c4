"""How often, and after what pause, a request is sent again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retries:
    """Bounds of sending again; seconds throughout.

    The pause before the second attempt is at most `first_pause` and doubles from then on up to `longest_pause`;
    `jitter` (0 to 1) shortens it by up to a half, so that many clients do not come back together. A server that asks
    for a longer pause gets it, up to `longest_wait`; beyond that the error is raised at once.
    """

    attempts: int = 5
    first_pause: float = 0.2
    longest_pause: float = 5.0
    longest_wait: float = 60.0
    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pause(self, attempt: int, retry_after: float | None = None) -> float | None:
        """Seconds before the attempt after this one, counted from 1; None where it was the last."""
        if attempt >= self.attempts or (retry_after or 0) > self.longest_wait:
            return None
        most = min(self.longest_pause, self.first_pause * 2.0 ** min(attempt - 1, 30))
        return max(most * (1 - self.jitter() / 2), retry_after or 0)


NEVER = Retries(attempts=1)
"""Each request is sent once."""
