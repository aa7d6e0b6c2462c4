"""Schedules of jobs, and what administrators do to them in the log of administration."""

from alembic import op

revision = "0010"
down_revision = "0009"

_SCHEDULES = """
    CREATE TABLE job_schedules (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        job TEXT NOT NULL,
        payload JSONB NOT NULL,
        cron TEXT NOT NULL,
        zone TEXT NOT NULL,
        missed TEXT NOT NULL,
        source TEXT NOT NULL,
        next_at TIMESTAMP WITH TIME ZONE NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        created_by UUID,
        paused BOOLEAN NOT NULL,
        skipped BIGINT NOT NULL,
        trouble TEXT,
        last_fire_at TIMESTAMP WITH TIME ZONE,
        last_job_id UUID,
        CONSTRAINT pk_job_schedules PRIMARY KEY (id),
        CONSTRAINT uq_job_schedules_name UNIQUE (name),
        CONSTRAINT ck_job_schedules_missed CHECK (missed IN ('once', 'skip')),
        CONSTRAINT ck_job_schedules_source CHECK (source IN ('settings', 'api')),
        CONSTRAINT ck_job_schedules_skipped CHECK (skipped >= 0)
    )
"""

_DUE = "CREATE INDEX ix_job_schedules_next_at ON job_schedules (next_at) WHERE NOT paused"


def upgrade() -> None:
    op.execute(_SCHEDULES)
    op.execute(_DUE)


def downgrade() -> None:
    op.drop_table("job_schedules")
