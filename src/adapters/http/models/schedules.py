"""Schedules of jobs, as administrators keep them."""

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.http.cursors import cursor_text
from adapters.http.models.administration import Because
from adapters.http.models.base import Answer
from adapters.http.models.fields import named
from adapters.http.models.pages import ById, PageAnswer
from application.jobs.contracts import MAX_PAYLOAD_LENGTH
from application.jobs.schedules.cron import MAX_CRON_LENGTH, MAX_ZONE_LENGTH
from application.shared.pages import Page
from domain.jobs.schedule import MAX_SCHEDULE_NAME_LENGTH, Missed, Plan, Schedule, Source
from domain.shared.errors import Invalid
from domain.shared.ids import ScheduleId

MAX_JOB_NAME_LENGTH = 100


class ListSchedules(ById):
    """Schedules, the oldest first."""

    @property
    def after(self) -> ScheduleId | None:
        """The last schedule of the page before."""
        return ScheduleId(self.cursor.id) if self.cursor else None


class WishSchedule(Because):
    """A job to start again and again: `cron` is minute, hour, day of the month, month and day of the week in the IANA
    time zone `zone`. `missed` says what becomes of times at which no scheduler ran: `once` starts one job for all of
    them, `skip` none, unless the last was missed by less than a minute."""

    name: str = Field(min_length=1, max_length=MAX_SCHEDULE_NAME_LENGTH, examples=["Monday's report"])
    job: str = Field(min_length=1, max_length=MAX_JOB_NAME_LENGTH, examples=["system.ping"])
    payload: dict[str, Any] = Field(default_factory=dict, examples=[{"echo": "good morning"}])
    cron: str = Field(min_length=1, max_length=MAX_CRON_LENGTH, examples=["30 8 * * 1"])
    zone: str = Field(default="UTC", min_length=1, max_length=MAX_ZONE_LENGTH, examples=["Europe/London"])
    missed: Annotated[Missed, BeforeValidator(named(Missed, "MISSED_UNKNOWN"))] = Missed.ONCE

    @property
    def plan(self) -> Plan:
        """What is to be started when. Raises Invalid."""
        payload = json.dumps(self.payload)
        if len(payload) > MAX_PAYLOAD_LENGTH:
            raise Invalid("JOB_PAYLOAD", f"Give a payload of at most {MAX_PAYLOAD_LENGTH} characters.")
        return Plan(self.name, self.job, payload, self.cron, self.zone, self.missed)


class ScheduleAnswer(Answer):
    """A schedule: when its next time comes, and the job that it started last.

    One whose `source` is `settings` is kept by the operator, and can be paused but not removed. `skipped` counts the
    times at which no job was started though one was due, and `trouble` says why, where that was the last time.
    """

    id: UUID
    name: str
    job: str
    payload: dict[str, Any]
    cron: str
    zone: str
    missed: Missed
    source: Source
    paused: bool
    next_at: datetime | None
    last_fire_at: datetime | None
    last_job_id: UUID | None
    skipped: int
    trouble: str | None
    created_at: datetime
    created_by: UUID | None

    @classmethod
    def of(cls, schedule: Schedule) -> Self:
        """A schedule as it is stored; a paused one has no next time."""
        plan = schedule.plan
        return cls(
            id=schedule.id,
            name=plan.name,
            job=plan.job,
            payload=json.loads(plan.payload),
            cron=plan.cron,
            zone=plan.zone,
            missed=plan.missed,
            source=schedule.source,
            paused=schedule.paused,
            next_at=None if schedule.paused else schedule.next_at,
            last_fire_at=schedule.last_fire_at,
            last_job_id=schedule.last_job_id,
            skipped=schedule.skipped,
            trouble=schedule.trouble,
            created_at=schedule.created_at,
            created_by=schedule.created_by,
        )


class SchedulesPage(PageAnswer[ScheduleAnswer]):
    """Schedules, the oldest first."""

    @classmethod
    def of(cls, page: Page[Schedule, ScheduleId]) -> Self:
        """A page as it was read."""
        items = [ScheduleAnswer.of(each) for each in page.items]
        return cls(items=items, next_cursor=cursor_text((page.next,) if page.next else None))
