"""Plain Dramatiq: its own broker, its own middleware, default prefetch, and an actor that does nothing."""

import os
import sys
import threading
import time
from collections.abc import Callable
from itertools import count

import dramatiq
from dramatiq import Worker
from dramatiq.brokers.redis import RedisBroker
from redis import Redis

THREADS = 8
DONE = "bench:plain"
"""The list that tells the seconds which all messages took."""


def broker_with(url: str, step: Callable[[], None]) -> tuple[RedisBroker, dramatiq.Actor[[], None]]:
    """A broker, and the actor that takes the step."""
    broker = RedisBroker(url=url, namespace="plain")  # type: ignore[no-untyped-call]
    return broker, dramatiq.actor(broker=broker, actor_name="step")(step)


class Tally:
    """Counts messages, and when the first and the last of them came."""

    def __init__(self, wanted: int) -> None:
        self._numbers = count(1)
        self._first = 0.0
        self._wanted = wanted
        self.seconds = 0.0
        self.done = threading.Event()

    def took(self) -> None:
        """A message came."""
        number = next(self._numbers)
        if number == 1:
            self._first = time.perf_counter()
        if number == self._wanted:
            self.seconds = time.perf_counter() - self._first
            self.done.set()


def main() -> None:
    """Work off as many messages as the argument says, then tell how long it took."""
    url = os.environ["REDIS_URL"]
    tally = Tally(int(sys.argv[1]))
    broker, _ = broker_with(url, tally.took)
    worker = Worker(broker, worker_threads=THREADS)
    worker.start()
    tally.done.wait()
    Redis.from_url(url).rpush(DONE, tally.seconds)
    worker.stop()


if __name__ == "__main__":
    main()
