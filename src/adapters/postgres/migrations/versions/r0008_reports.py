"""Finished reports, kept for a while."""

from alembic import op

revision = "0008"
down_revision = "0007"

_REPORTS = """
    CREATE TABLE reports (
        id UUID NOT NULL,
        kind TEXT NOT NULL,
        subject_id UUID NOT NULL,
        format TEXT NOT NULL,
        requested_by UUID NOT NULL,
        media_type TEXT NOT NULL,
        file_name TEXT NOT NULL,
        content BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_reports PRIMARY KEY (id),
        CONSTRAINT ck_reports_kind CHECK (kind IN ('market', 'statement')),
        CONSTRAINT ck_reports_format CHECK (format IN ('html', 'pdf', 'csv')),
        CONSTRAINT ck_reports_content CHECK (octet_length(content) <= 16777216),
        CONSTRAINT ck_reports_expires CHECK (expires_at > created_at)
    )
"""

_INDEXES = (
    "CREATE INDEX ix_reports_requested_by_id ON reports (requested_by, id)",
    "CREATE INDEX ix_reports_expires_at ON reports (expires_at)",
)


def upgrade() -> None:
    for statement in (_REPORTS, *_INDEXES):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("reports")
