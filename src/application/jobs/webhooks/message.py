"""What a webhook is told."""

import json
from datetime import datetime
from typing import Any

from domain.jobs.execution import Execution
from domain.jobs.webhook import Event

MAX_MESSAGE = 1_000
"""Characters of why a job failed."""


def body_of(event: Event, at: datetime, data: dict[str, Any]) -> str:
    """A message as JSON text."""
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": data}, separators=(",", ":"))


def end_of(job: Execution) -> dict[str, Any]:
    """How a job ended; what it left behind is read from the API."""
    failure = {"code": job.failure.code, "message": job.failure.message[:MAX_MESSAGE]} if job.failure else None
    return {
        "jobId": str(job.id),
        "name": job.name,
        "queue": job.queue,
        "status": job.state,
        "attempt": job.attempt,
        "createdAt": job.created_at.isoformat(),
        "finishedAt": job.finished_at.isoformat() if job.finished_at else None,
        "error": failure,
    }
