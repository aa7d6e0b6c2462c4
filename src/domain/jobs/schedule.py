"""A schedule: a job that is started again and again, and what becomes of the times that were missed."""

from collections.abc import Callable
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import JobId, ScheduleId, UserId
from domain.shared.value import value

GRACE = timedelta(minutes=1)
"""A time that was missed by less is still good."""

MAX_SCHEDULE_NAME_LENGTH = 100
MAX_SCHEDULES = 1_000
"""That are added through the API, by all administrators together."""


class Missed(StrEnum):
    """What becomes of the times at which no scheduler ran: one run for all of them, or none.

    With SKIP a time that was missed by less than GRACE is still good.
    """

    ONCE = "once"
    SKIP = "skip"


class Source(StrEnum):
    """Who keeps a schedule: the settings, or administrators."""

    SETTINGS = "settings"
    API = "api"


@value
class Plan:
    """Which job is started when: `cron` in the IANA time zone `zone`, `payload` as JSON text.

    Raises Invalid when built with an unusable name.
    """

    name: str
    job: str
    payload: str = field(repr=False)
    cron: str
    zone: str = "UTC"
    missed: Missed = Missed.ONCE

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= MAX_SCHEDULE_NAME_LENGTH or not self.name.isprintable():
            raise Invalid("SCHEDULE_NAME", f"Give a name of 1 to {MAX_SCHEDULE_NAME_LENGTH} printable characters.")


@value
class Schedule:
    """A plan under way: when its next time comes, and what came of the last ones.

    `skipped` counts the times at which no job was started though one was due, and `trouble` says why the last one
    was not.
    """

    id: ScheduleId
    plan: Plan
    source: Source
    next_at: datetime
    created_at: datetime
    created_by: UserId | None = None
    paused: bool = False
    skipped: int = 0
    trouble: str | None = None
    last_fire_at: datetime | None = None
    last_job_id: JobId | None = None

    def fire_at(self, now: datetime, after: Callable[[datetime], datetime]) -> datetime | None:
        """The time that is good now, of those that have come; none where all were missed. `after` tells the next."""
        if self.plan.missed is Missed.ONCE:
            return self.next_at
        latest = max(self.next_at, after(now - GRACE))
        return latest if latest <= now else None

    def fired(self, at: datetime, job_id: JobId, next_at: datetime) -> "Schedule":
        """A job was started for the time `at`."""
        return replace(self, last_fire_at=at, last_job_id=job_id, next_at=next_at, trouble=None)

    def skip(self, trouble: str, next_at: datetime) -> "Schedule":
        """No job was started, for a reason."""
        return replace(self, skipped=self.skipped + 1, trouble=trouble, next_at=next_at)

    def pause(self, trouble: str | None = None) -> "Schedule":
        """Start no job until it is resumed."""
        return replace(self, paused=True, trouble=trouble or self.trouble)

    def resume(self, next_at: datetime) -> "Schedule":
        """Go on with the next time; those that came while it was paused were not missed."""
        return replace(self, paused=False, next_at=next_at, trouble=None) if self.paused else self

    def planned(self, plan: Plan, next_at: datetime) -> "Schedule":
        """The schedule as the settings have it now; one that is paused stays so, and the times stay with their cron."""
        same_times = (plan.cron, plan.zone) == (self.plan.cron, self.plan.zone)
        return replace(
            self, plan=plan, source=Source.SETTINGS, created_by=None, next_at=self.next_at if same_times else next_at
        )

    def require_removable(self) -> None:
        """Refuse to remove what the settings would bring back. Raises Conflict."""
        if self.source is Source.SETTINGS:
            raise Conflict("SCHEDULE_OF_SETTINGS", "Pause it, or have the operator take it out of the settings.")
