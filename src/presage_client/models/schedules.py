"""Schedules of jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from presage_client.models.administration import Because
from presage_client.models.base import Answer
from presage_client.models.pages import Page
from presage_client.models.words import KeptBy, Missed


class AddSchedule(Because):
    """A job to start again and again; what is not given is as the server has it."""

    name: str
    job: str
    cron: str
    payload: dict[str, Any] | None = None
    zone: str | None = None
    missed: Missed | None = None


class Schedule(Answer):
    """A schedule: when its next time comes, and the job that it started last; `trouble` says why the last time started
    none."""

    id: UUID
    name: str
    job: str
    payload: dict[str, Any]
    cron: str
    zone: str
    missed: Missed
    source: KeptBy
    paused: bool
    next_at: datetime | None
    last_fire_at: datetime | None
    last_job_id: UUID | None
    skipped: int
    trouble: str | None
    created_at: datetime
    created_by: UUID | None


class SchedulesPage(Page[Schedule]):
    """Schedules, the oldest first."""
