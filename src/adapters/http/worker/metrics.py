"""What a worker tells Prometheus."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from application.jobs.ports import QueueStats
from domain.jobs.execution import EventKind, Execution, Queue, Step
from domain.shared.ids import JobId

BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
"""Seconds."""

MOST_STARTS = 10_000
"""Tries whose start is remembered; some never end here, as when their lease is lost."""

STATUSES = {
    EventKind.COMPLETED: "completed",
    EventKind.FAILED: "failed",
    EventKind.DEAD: "dead_letter",
    EventKind.RETRYING: "retrying",
    EventKind.CANCELLED: "cancelled",
    EventKind.RELEASED: "released",
}
"""How a try may end."""

TROUBLE = (EventKind.FAILED, EventKind.DEAD)


class JobMetrics:
    """Implements the Observer port."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._registry = registry = registry or CollectorRegistry()
        processed = Counter("jobs_processed", "Tries that ended, by how.", ["queue", "status"], registry=registry)
        self._failed = Counter("jobs_failed", "Jobs that failed for good.", ["queue"], registry=registry)
        for queue in Queue:  # so that the first failure is seen to be added
            self._failed.labels(queue)
        durations = Histogram(
            "jobs_processing_duration_seconds",
            "From when a try was taken to when its end was stored.",
            ["queue", "name"],
            registry=registry,
            buckets=BUCKETS,
        )
        self._processed = cache(processed.labels)
        self._durations = cache(durations.labels)
        self._waiting = Gauge("jobs_waiting_count", "Jobs that are due.", ["queue"], registry=registry)
        self._oldest = Gauge(
            "jobs_oldest_age_seconds", "For how long the oldest of them has been due.", ["queue"], registry=registry
        )
        self._starts: dict[JobId, float] = {}

    def happened(self, step: Step) -> None:
        """Something happened to a job."""
        job = step.execution
        if step.event is EventKind.ACTIVE:
            self._start(job)
        elif step.event in STATUSES:
            self._processed(job.queue, STATUSES[step.event]).inc()
            if step.event in TROUBLE:
                self._failed.labels(job.queue).inc()
            if (started := self._starts.pop(job.id, None)) is not None:
                self._durations(job.queue, job.name).observe(monotonic() - started)

    def text(self, queues: Sequence[QueueStats] | None, now: datetime) -> bytes:
        """All of it as Prometheus reads it; without what is in the queues where that is not known."""
        self._waiting.clear()
        self._oldest.clear()
        for stats in queues or ():
            age = (now - stats.oldest_due).total_seconds() if stats.oldest_due else 0.0
            self._waiting.labels(stats.queue).set(stats.waiting)
            self._oldest.labels(stats.queue).set(max(age, 0.0))
        return generate_latest(self._registry)

    def _start(self, job: Execution) -> None:
        self._starts.pop(job.id, None)
        self._starts[job.id] = monotonic()
        if len(self._starts) > MOST_STARTS:
            del self._starts[next(iter(self._starts))]
