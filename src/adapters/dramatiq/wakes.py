"""Waking workers from whichever process adds jobs, without holding it up."""

import threading
from collections.abc import Callable, Collection

from redis.exceptions import RedisError

from adapters.dramatiq.actors import look_in
from adapters.dramatiq.broker import WakingBroker
from adapters.dramatiq.presence import PAUSE_SECONDS, Presence
from domain.jobs.execution import Queue

CLOSE_SECONDS = 2.0
"""For what is still to be sent at the end."""

UNWOKEN = "workers find new jobs by themselves, within a second"


class SentWakes:
    """Implements the Wakes port with a thread that sends; what is asked for while it does is sent once, afterwards.

    `send` raises RedisError. What could not be sent is forgotten: workers look by themselves.
    """

    def __init__(self, send: Callable[[Queue], object], pause_seconds: float = PAUSE_SECONDS) -> None:
        self._send = send
        self._pause_seconds = pause_seconds
        self._presence = Presence(UNWOKEN)
        self._changed = threading.Condition()
        self._asked: set[Queue] = set()
        self._closing = False
        self._thread: threading.Thread | None = None

    def wake(self, queues: Collection[Queue]) -> None:
        """Tell the workers of some queues, soon and once for many; whether they hear of it is not known."""
        with self._changed:
            self._asked.update(queues)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="wakes", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Send what is still to be sent, for a bounded time."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        while queues := self._next():
            try:
                for queue in queues:
                    self._send(queue)
            except RedisError as error:
                self._presence.gone(error)
                self._pause()
            else:
                self._presence.there()

    def _next(self) -> Collection[Queue]:
        """What is to be sent, once there is something; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._asked or self._closing)
            queues, self._asked = self._asked, set()
            return queues

    def _pause(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing, self._pause_seconds)


class RedisWakes(SentWakes):
    """Wakes through Redis."""

    def __init__(self, url: str) -> None:
        self._broker = WakingBroker(url)
        super().__init__(lambda queue: self._broker.enqueue(look_in(queue)))

    def close(self) -> None:
        """Send what is still to be sent, for a bounded time."""
        super().close()
        self._broker.close()
