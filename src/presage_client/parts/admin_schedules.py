"""Administering the schedules of jobs. Every change takes a reason, which is kept."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from presage_client.models.administration import Because
from presage_client.models.pages import Paged
from presage_client.models.schedules import AddSchedule, Schedule, SchedulesPage
from presage_client.models.words import Missed
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

_SCHEDULES = "/api/v1/admin/schedules"
_SCHEDULE = f"{_SCHEDULES}/{{id}}"
_PAGE = Operation("GET", _SCHEDULES, SchedulesPage, query=Paged)
_ADD = Operation("POST", _SCHEDULES, Schedule, body=AddSchedule, keyed=True)
_PAUSE = Operation("POST", f"{_SCHEDULE}/pause", Schedule, body=Because, keyed=True)
_RESUME = Operation("POST", f"{_SCHEDULE}/resume", Schedule, body=Because, keyed=True)
_REMOVE = Operation("POST", f"{_SCHEDULE}/remove", Schedule, body=Because, keyed=True)
_RUN = Operation("POST", f"{_SCHEDULE}/run", Schedule, body=Because, keyed=True)


class AdminSchedules(Part):
    """Under /api/v1/admin/schedules."""

    @calls(_PAGE)
    def page(self, *, limit: int | None = None, cursor: str | None = None) -> Asked:
        """One page of schedules, the oldest first."""
        return Asked(query=Paged(limit=limit, cursor=cursor))

    def all(self) -> AsyncIterator[Schedule]:
        """Schedules, the oldest first."""
        return every(lambda cursor: self.page(cursor=cursor))

    @calls(_ADD)
    def add(
        self,
        name: str,
        job: str,
        cron: str,
        reason: str,
        *,
        payload: dict[str, Any] | None = None,
        zone: str | None = None,
        missed: Missed | None = None,
        idempotency_key: str | None = None,
    ) -> Asked:
        """Have a job started again and again, by the five fields of `cron` in an IANA time zone."""
        body = AddSchedule(reason=reason, name=name, job=job, cron=cron, payload=payload, zone=zone, missed=missed)
        return Asked(body=body, key=idempotency_key)

    @calls(_PAUSE)
    def pause(self, schedule_id: UUID | str, reason: str, *, idempotency_key: str | None = None) -> Asked:
        """Start no more jobs until it is resumed."""
        return Asked({"id": schedule_id}, body=Because(reason=reason), key=idempotency_key)

    @calls(_RESUME)
    def resume(self, schedule_id: UUID | str, reason: str, *, idempotency_key: str | None = None) -> Asked:
        """Let it go on with its next time."""
        return Asked({"id": schedule_id}, body=Because(reason=reason), key=idempotency_key)

    @calls(_REMOVE)
    def remove(self, schedule_id: UUID | str, reason: str, *, idempotency_key: str | None = None) -> Asked:
        """Remove one that administrators added; its jobs stay."""
        return Asked({"id": schedule_id}, body=Because(reason=reason), key=idempotency_key)

    @calls(_RUN)
    def run(self, schedule_id: UUID | str, reason: str, *, idempotency_key: str | None = None) -> Asked:
        """Start its job now, besides its times; once for the idempotency key."""
        return Asked({"id": schedule_id}, body=Because(reason=reason), key=idempotency_key)
