"""Whether Redis is there, as the log tells it: one line when it goes, and one when it comes back."""

import logging
import threading

from redis.exceptions import RedisError

PAUSE_SECONDS = 1.0
"""Between two attempts to find Redis again."""

_log = logging.getLogger(__name__)


class Presence:
    """`meanwhile` says what becomes of wake-ups while it is gone. Any thread may tell."""

    def __init__(self, meanwhile: str) -> None:
        self._meanwhile = meanwhile
        self._gone = False
        self._turn = threading.Lock()

    def gone(self, error: RedisError) -> None:
        """It did not do what it was asked."""
        with self._turn:
            told, self._gone = self._gone, True
        if not told:
            _log.warning("Redis is gone (%s): %s", error, self._meanwhile)

    def there(self) -> None:
        """It did."""
        if not self._gone:
            return
        with self._turn:
            told, self._gone = not self._gone, False
        if not told:
            _log.warning("Redis is back: workers are woken at once again")
