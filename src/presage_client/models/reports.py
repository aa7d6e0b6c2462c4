"""Finished reports."""

from datetime import datetime
from uuid import UUID

from presage_client.models.base import Answer
from presage_client.models.pages import Page
from presage_client.models.words import ReportFormat, ReportKind


class Report(Answer):
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


class ReportsPage(Page[Report]):
    """One's finished reports, the newest first."""
