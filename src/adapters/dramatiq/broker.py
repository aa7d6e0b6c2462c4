"""A Dramatiq broker on Redis for messages that only wake.

A queue is a list with at most one message: whoever takes it looks for all that there is. Consumers wait in Redis
itself until there is one. Nothing is acknowledged, retried or kept, as a lost wake-up costs a worker no more than the
time until it looks by itself.
"""

import time
from collections.abc import Iterable

from dramatiq import Consumer, Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from adapters.dramatiq.presence import PAUSE_SECONDS, Presence

NAMESPACE = "presage:wakes"
"""Of every key."""

TIMEOUT_SECONDS = 1.0
"""For Redis to be reached, and to answer; longer than a consumer waits in it."""

ALONE = "this worker finds jobs by itself, within a second"


class WakingBroker(RedisBroker):
    """Raises RedisError where a message cannot be sent."""

    def __init__(self, url: str) -> None:
        client = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        super().__init__(client=client, namespace=NAMESPACE, middleware=[])  # type: ignore[no-untyped-call]
        self._presence = Presence(ALONE)

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue, without the one for delays that the library would add."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 500) -> Consumer:  # noqa: ARG002 - as there
        """A consumer that waits at most `timeout` milliseconds at a time."""
        return _Consumer(self.client, self._key(queue_name), timeout / 1000, self._presence)

    def round_trip(self) -> float | None:
        """Seconds that Redis takes to answer; nothing where it is gone."""
        asked_at = time.monotonic()
        try:
            self.client.ping()
        except RedisError:
            return None
        return time.monotonic() - asked_at

    def close(self) -> None:
        """Give up the connections."""
        self.client.close()

    def do_enqueue(self, queue_name: str, message_id: str, data: bytes) -> None:  # noqa: ARG002 - as the library has it
        """Leave one message in the queue, this one."""
        key = self._key(queue_name)
        with self.client.pipeline() as both:
            both.lpush(key, data)
            both.ltrim(key, 0, 0)
            both.execute()

    def do_purge(self, queue_name: str) -> None:
        """Empty a queue."""
        self.client.delete(self._key(queue_name))

    def do_qsize(self, queue_name: str) -> int:
        """Messages in a queue: one or none."""
        return int(self.client.llen(self._key(queue_name)))

    def _key(self, queue_name: str) -> str:
        return f"{self.namespace}:{queue_name}"


class _Consumer(Consumer):
    """Outlives an absent Redis."""

    def __init__(self, client: Redis, key: str, seconds: float, presence: Presence) -> None:
        self._client = client
        self._key = key
        self._seconds = seconds
        self._presence = presence

    def __next__(self) -> MessageProxy | None:
        try:
            taken = self._client.blpop([self._key], timeout=self._seconds)
        except RedisError as error:
            self._presence.gone(error)
            time.sleep(PAUSE_SECONDS)
            return None
        self._presence.there()
        return MessageProxy(Message.decode(taken[1])) if taken else None  # type: ignore[arg-type]  # bytes

    def ack(self, message: MessageProxy) -> None:
        """It is gone from Redis already."""

    def nack(self, message: MessageProxy) -> None:
        """It is gone from Redis already."""

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Other workers find the jobs by themselves."""
