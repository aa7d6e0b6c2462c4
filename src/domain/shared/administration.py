"""What administrators do, and the record that is kept of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.shared.errors import Invalid
from domain.shared.ids import RecordId, UserId
from domain.shared.value import value

MAX_REASON_LENGTH = 500

Facts: TypeAlias = Mapping[str, str | int | bool | None]
"""What is said of a subject, by name; amounts in micro-units and times as text."""


class Subject(StrEnum):
    """What administrators change."""

    MARKET = "market"
    USER = "user"
    SCHEDULE = "schedule"
    JOB = "job"


class AdminAction(StrEnum):
    """What was done; the first word is the subject."""

    MARKET_APPROVED = "MARKET_APPROVED"
    MARKET_EDITED = "MARKET_EDITED"
    MARKET_PAUSED = "MARKET_PAUSED"
    MARKET_RESUMED = "MARKET_RESUMED"
    MARKET_CLOSED = "MARKET_CLOSED"
    MARKET_RESOLVED = "MARKET_RESOLVED"
    MARKET_CANCELLED = "MARKET_CANCELLED"
    MARKET_SETTLED = "MARKET_SETTLED"
    MARKET_SWEPT = "MARKET_SWEPT"
    MARKET_COVER_UPLOADED = "MARKET_COVER_UPLOADED"
    USER_GRANTED = "USER_GRANTED"
    USER_ACTIVATED = "USER_ACTIVATED"
    USER_DEACTIVATED = "USER_DEACTIVATED"
    USER_ROLE_CHANGED = "USER_ROLE_CHANGED"
    USER_KEY_RATED = "USER_KEY_RATED"
    SCHEDULE_ADDED = "SCHEDULE_ADDED"
    SCHEDULE_PAUSED = "SCHEDULE_PAUSED"
    SCHEDULE_RESUMED = "SCHEDULE_RESUMED"
    SCHEDULE_REMOVED = "SCHEDULE_REMOVED"
    SCHEDULE_RUN = "SCHEDULE_RUN"
    JOB_REQUEUED = "JOB_REQUEUED"
    JOB_CANCELLED = "JOB_CANCELLED"
    JOB_PURGED = "JOB_PURGED"

    @property
    def subject(self) -> Subject:
        """What it was done to."""
        return Subject(self.partition("_")[0].lower())


@value
class Actor:
    """Who acts as an administrator, and why; without `admin_id` it is the operator on the command line.

    `vouched` where it is an issuer elsewhere that makes him one, and not his account.
    Raises Invalid when built with an unusable reason.
    """

    admin_id: UserId | None
    reason: str
    request_id: str | None = None
    vouched: bool = False

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > MAX_REASON_LENGTH or not self.reason.isprintable():
            raise Invalid("REASON", f"Give a reason of 1 to {MAX_REASON_LENGTH} printable characters.")

    def record(
        self, record_id: UUID, at: datetime, action: AdminAction, subject_id: UUID, before: Facts, after: Facts
    ) -> "AdminRecord":
        """The record of what this actor did."""
        return AdminRecord(RecordId(record_id), at, self, action, subject_id, before, after)


@value
class AdminRecord:
    """One thing that was done, to what, and what it changed."""

    id: RecordId
    at: datetime
    actor: Actor
    action: AdminAction
    subject_id: UUID
    before: Facts
    after: Facts
