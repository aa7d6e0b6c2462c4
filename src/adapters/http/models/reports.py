"""Finished reports."""

from datetime import datetime
from typing import Self
from uuid import UUID

from adapters.http.cursors import cursor_text
from adapters.http.models.base import Answer
from adapters.http.models.pages import IdCursor, PageAnswer
from application.reports.files import ReportFile
from application.reports.request import ReportFormat, ReportKind
from application.shared.pages import Page
from domain.shared.ids import ReportId


class ReportAnswer(Answer):
    """A finished report: what it is about, and the file, of `size` bytes, until it expires."""

    id: UUID
    kind: ReportKind
    subject_id: UUID
    format: ReportFormat
    requested_by: UUID
    media_type: str
    file_name: str
    size: int
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, file: ReportFile) -> Self:
        """A file as it was read."""
        return cls(
            id=file.id,
            kind=file.kind,
            subject_id=file.subject_id,
            format=file.format,
            requested_by=file.requested_by,
            media_type=file.media_type,
            file_name=file.file_name,
            size=file.size,
            created_at=file.created_at,
            expires_at=file.expires_at,
        )


class ReportsPage(PageAnswer[ReportAnswer]):
    """Finished reports."""

    @classmethod
    def of(cls, page: Page[ReportFile, ReportId]) -> Self:
        """A page as it was read."""
        cursor = None if page.next is None else IdCursor(page.next)
        return cls(items=[ReportAnswer.of(file) for file in page.items], next_cursor=cursor_text(cursor))
