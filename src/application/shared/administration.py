"""The log of everything that administrators do: written in the transaction that does it, never changed."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.shared.administration import AdminAction, AdminRecord
from domain.shared.ids import RecordId, UserId

MAX_RECORDS = 200
"""Records on one page."""


class AdminLog(Protocol):
    """The log, inside one transaction."""

    async def add(self, record: AdminRecord) -> None:
        """Add a record. Raises StoreError where the store refuses it."""
        ...


@dataclass(frozen=True, slots=True)
class LoggedAction:
    """A record, with the handle of its administrator where it was not the operator."""

    record: AdminRecord
    admin: str | None


@dataclass(frozen=True, slots=True)
class RecordsOf:
    """Which records: those of an administrator, of one kind of action, about one subject, or any."""

    admin_id: UserId | None = None
    action: AdminAction | None = None
    subject_id: UUID | None = None


class AdminRecords(Protocol):
    """Read access to the log."""

    async def records(self, wanted: RecordsOf, limit: int, before: RecordId | None = None) -> list[LoggedAction]:
        """Records from the newest on, those older than `before`."""
        ...
