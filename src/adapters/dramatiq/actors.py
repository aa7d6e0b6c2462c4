"""One actor for each queue. Its message says no more than: look."""

from collections.abc import Callable
from functools import partial

from dramatiq import Broker, Message, actor

from domain.jobs.execution import Queue


def look_in(queue: Queue) -> Message[None]:
    """The message that makes a worker look for jobs of a queue."""
    return Message(queue_name=queue, actor_name=_actor_name(queue), args=(), kwargs={}, options={})


def declare_actors(broker: Broker, wake: Callable[[Queue], None]) -> None:
    """Declare an actor for each queue, which calls `wake`."""
    for queue in Queue:
        actor(actor_name=_actor_name(queue), queue_name=queue, broker=broker)(partial(wake, queue))


def _actor_name(queue: Queue) -> str:
    return f"look-in-{queue}"
