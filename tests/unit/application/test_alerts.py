"""When operators are told to look at the jobs."""

from datetime import timedelta

import pytest

from application.jobs.alerts import AlertBounds, alerts
from application.jobs.ports import QueueHealth
from domain.jobs.execution import Queue
from tests.fakes.world import START

BOUNDS = AlertBounds()
LONG_AGO = START - BOUNDS.active


@pytest.mark.parametrize(
    ("health", "names"),
    [
        (QueueHealth(Queue.REPORTS, 0, 0, 0, None), []),
        (QueueHealth(Queue.REPORTS, 100, 5, 1_000, LONG_AGO), []),
        (QueueHealth(Queue.REPORTS, 100, 6, 0, None), ["reports.failures"]),
        (QueueHealth(Queue.REPORTS, 19, 19, 0, None), []),
        (QueueHealth(Queue.REPORTS, 20, 2, 0, None), ["reports.failures"]),
        (QueueHealth(Queue.TRADES, 0, 0, 1_001, None), ["trades.depth"]),
        (QueueHealth(Queue.REPORTS, 0, 0, 0, LONG_AGO - timedelta(microseconds=1)), ["reports.active"]),
    ],
)
def test_a_condition_holds_beyond_its_bound(health: QueueHealth, names: list[str]) -> None:
    assert [alert.name for alert in alerts([health], BOUNDS, START)] == names


def test_each_queue_is_looked_at_by_itself() -> None:
    deep = [QueueHealth(queue, 0, 0, 2_000, None) for queue in Queue]
    assert [alert.name for alert in alerts(deep, BOUNDS, START)] == [f"{queue}.depth" for queue in Queue]
