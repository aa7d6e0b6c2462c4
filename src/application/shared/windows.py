"""Rate limits of one process, in its memory."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from application.shared.limits import RateLimit, Verdict, window_name

MOST_WINDOWS = 10_000
"""Windows remembered; the one that was not used for longest is forgotten first."""


class InProcessLimits:
    """Moving windows: each remembers when the requests that it counts were made."""

    def __init__(self, now: Callable[[], float] = time.monotonic, most: int = MOST_WINDOWS) -> None:
        self._now = now
        self._most = most
        self._windows = OrderedDict[str, deque[float]]()

    async def hit(self, limit: RateLimit, key: str) -> Verdict:
        """Count a request of whoever `key` stands for."""
        now, window = self._now(), self._window(window_name(limit, key))
        while window and window[0] + limit.seconds <= now:
            window.popleft()
        allowed = len(window) < limit.requests
        if allowed:
            window.append(now)
        return Verdict(allowed, limit, limit.requests - len(window), math.ceil(window[0] + limit.seconds - now))

    def _window(self, name: str) -> deque[float]:
        window = self._windows.setdefault(name, deque())
        self._windows.move_to_end(name)
        if len(self._windows) > self._most:
            self._windows.popitem(last=False)
        return window
