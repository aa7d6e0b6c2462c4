"""The table of finished reports. It refers to users without a foreign key, which would lock their rows."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, Table, Text, Uuid

from adapters.postgres.tables import metadata
from application.reports.bounds import MAX_BYTES
from application.reports.request import ReportFormat, ReportKind


def _one_of(column: str, names: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(name)) for name in names)})"


reports = Table(
    "reports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("format", Text, nullable=False),
    Column("requested_by", Uuid, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(_one_of("kind", ReportKind), name="kind"),
    CheckConstraint(_one_of("format", ReportFormat), name="format"),
    CheckConstraint(f"octet_length(content) <= {MAX_BYTES}", name="content"),
    CheckConstraint("expires_at > created_at", name="expires"),
    Index("ix_reports_requested_by_id", "requested_by", "id"),
    Index("ix_reports_expires_at", "expires_at"),
)
