"""Finished reports, kept for a while for whoever asked for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.reports.request import ReportFormat, ReportKind
from application.shared.pages import Page
from domain.shared.errors import NotFound
from domain.shared.ids import ReportId, UserId


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A finished file without its content; `size` in bytes."""

    id: ReportId
    kind: ReportKind
    subject_id: UUID
    format: ReportFormat
    requested_by: UserId
    media_type: str
    file_name: str
    size: int
    created_at: datetime
    expires_at: datetime


class ReportStore(Protocol):
    """Keeps files until they expire. Every method may raise Unavailable."""

    async def save(self, file: ReportFile, content: bytes) -> None:
        """Keep a file, unless there is one with its id: the first stays.

        Files that have expired when it is made are forgotten, and of its requester's the oldest beyond MAX_FILES.
        """
        ...

    async def file(self, report_id: ReportId, now: datetime) -> ReportFile:
        """One file without its content. Raises NotFound, also where it has expired."""
        ...

    async def content(self, report_id: ReportId, now: datetime) -> bytes:
        """What is in a file. Raises NotFound, also where it has expired."""
        ...

    async def files(
        self, requested_by: UserId, now: datetime, limit: int, before: ReportId | None = None
    ) -> Page[ReportFile, ReportId]:
        """A user's files that have not expired, by falling id, from the one before `before`. Raises Invalid."""
        ...


def report_not_found(report_id: ReportId) -> NotFound:
    """What answers a report that is not there, or not there for whoever asks."""
    return NotFound(
        "REPORT_NOT_FOUND", "List your reports and choose one, or have it made again.", report_id=str(report_id)
    )
