"""When operators should look at the jobs, and what they are told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from application.jobs.ports import QueueHealth


@dataclass(frozen=True, slots=True)
class AlertBounds:
    """Beyond these somebody is told: per cent of the jobs that ended in the window and failed, of at least so many;
    jobs that are due and wait in a queue; and how long one may be active. One alert is not repeated for `quiet`."""

    failure_percent: int = 5
    failure_least: int = 20
    window: timedelta = timedelta(minutes=5)
    depth: int = 1_000
    active: timedelta = timedelta(minutes=5)
    quiet: timedelta = timedelta(hours=1)


class Alert(NamedTuple):
    """Something to look at: `name` stands for the condition, the rest says what to do."""

    name: str
    title: str
    text: str


def alerts(queues: Sequence[QueueHealth], bounds: AlertBounds, now: datetime) -> list[Alert]:
    """Every condition that holds."""
    return [alert for health in queues for alert in _alerts(health, bounds, now)]


def _alerts(health: QueueHealth, bounds: AlertBounds, now: datetime) -> Iterator[Alert]:
    queue = health.queue
    if health.ended >= bounds.failure_least and health.failed * 100 > bounds.failure_percent * health.ended:
        yield Alert(
            f"{queue}.failures",
            f"Jobs fail in the queue {queue}",
            f"{health.failed} of the {health.ended} jobs that ended in the last {_minutes(bounds.window)} failed. "
            f"Read why: presage jobs list --queue {queue} --state failed, and --state dead_letter",
        )
    if health.due > bounds.depth:
        yield Alert(
            f"{queue}.depth",
            f"Jobs pile up in the queue {queue}",
            f"{health.due} jobs are due and wait. See whether workers run (presage jobs stats), or start more.",
        )
    if health.active_since is not None and now - health.active_since > bounds.active:
        yield Alert(
            f"{queue}.active",
            f"A job of the queue {queue} runs for long",
            f"It has been active since {health.active_since:%Y-%m-%d %H:%M:%S} UTC. "
            f"Find it: presage jobs list --queue {queue} --state active",
        )


def _minutes(window: timedelta) -> str:
    return f"{window // timedelta(minutes=1)} minutes"
