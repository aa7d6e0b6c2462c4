"""What a webhook is told, with the names that the API has for it."""

import json
from datetime import UTC, datetime
from typing import Any

from domain.jobs.execution import Execution
from domain.jobs.webhook import Event

MAX_MESSAGE = 1_000
"""Characters of why a job failed."""


def body_of(event: Event, at: datetime, data: dict[str, Any]) -> str:
    """A message as JSON text."""
    return json.dumps({"type": event, "timestamp": _moment(at), "data": data}, separators=(",", ":"))


def end_of(job: Execution) -> dict[str, Any]:
    """How a job ended; what it left behind is read from the API."""
    error = {"code": job.failure.code, "message": job.failure.message[:MAX_MESSAGE]} if job.failure else None
    return {
        "jobId": str(job.id),
        "name": job.name,
        "queue": job.queue,
        "state": job.state,
        "attempt": job.attempt,
        "error": error,
        "createdAt": _moment(job.created_at),
        "finishedAt": _moment(job.finished_at) if job.finished_at else None,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
