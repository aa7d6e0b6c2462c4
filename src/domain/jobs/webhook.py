"""Webhooks: where users want to be told how their jobs ended."""

from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.jobs.execution import EventKind
from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import JobId, UserId, WebhookId
from domain.shared.value import value

MAX_WEBHOOKS = 10
"""Of one user."""

MAX_URL_LENGTH = 2_000

ROTATION = timedelta(hours=24)
"""For so long the secret before signs as well."""


class Event(StrEnum):
    """What a webhook may be told of; the last only when it is asked for."""

    COMPLETED = "job.completed"
    FAILED = "job.failed"
    DEAD = "job.dead"
    TEST = "webhook.test"


EVENTS = frozenset({Event.COMPLETED, Event.FAILED, Event.DEAD})
"""What one may register for."""

EVENT_OF = {EventKind.COMPLETED: Event.COMPLETED, EventKind.FAILED: Event.FAILED, EventKind.DEAD: Event.DEAD}


@value
class Webhook:
    """An address that is told of the ends of its owner's jobs, or of all.

    `secret` signs what is sent, and until `previous_until` so does the one before. `failures` counts the attempts that
    failed since the last that did not. Raises Invalid when built with unusable events.
    """

    id: WebhookId
    owner: UserId
    url: str
    secret: str = field(repr=False)
    events: frozenset[Event]
    all_jobs: bool
    created_at: datetime
    active: bool = True
    failures: int = 0
    previous: str | None = field(default=None, repr=False)
    previous_until: datetime | None = None

    def __post_init__(self) -> None:
        if not self.events or not self.events <= EVENTS:
            raise Invalid("WEBHOOK_EVENTS", f"Give at least one of {', '.join(sorted(EVENTS))}.")

    def wants(self, event: Event, requested_by: UserId | None) -> bool:
        """Whether it is told of this end of a job of this user."""
        return event in self.events and (self.all_jobs or self.owner == requested_by)

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Those that sign now, the newest first."""
        if self.previous is None or self.previous_until is None or self.previous_until <= now:
            return (self.secret,)
        return self.secret, self.previous

    def rotate(self, secret: str, now: datetime) -> "Webhook":
        """A new secret; the present one signs for ROTATION more, one before that no longer."""
        return replace(self, secret=secret, previous=self.secret, previous_until=now + ROTATION)

    def told(self, delivery: "Delivery") -> "Webhook":
        """After an attempt; one whose address says that it is gone (HTTP 410) is told no more."""
        if delivery.succeeded:
            return replace(self, failures=0)
        return replace(self, failures=self.failures + 1, active=self.active and not delivery.gone)

    def activate(self) -> "Webhook":
        """Tell it again, of what ends from now on."""
        return self if self.active else replace(self, active=True, failures=0)

    def deactivate(self) -> "Webhook":
        """Tell it no more."""
        return replace(self, active=False)

    def require_active(self) -> None:
        """Refuse one that is told nothing. Raises Conflict."""
        if not self.active:
            raise Conflict("WEBHOOK_INACTIVE", "Activate the webhook first.")


SUCCESS = range(200, 300)
GONE = 410


@value
class Delivery:
    """One attempt to tell a webhook: the status of the answer and the beginning of its text, or why there was none."""

    job_id: JobId
    attempt: int
    webhook_id: WebhookId
    event: Event
    at: datetime
    milliseconds: int
    status: int | None = None
    answer: str = ""
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the address took it."""
        return self.status in SUCCESS

    @property
    def gone(self) -> bool:
        """Whether the address wants to be told no more."""
        return self.status == GONE
