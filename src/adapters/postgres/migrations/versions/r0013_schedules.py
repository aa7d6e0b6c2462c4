"""Schedules of jobs, and what administrators do to them in the log of administration."""

from alembic import op

revision = "0013"
down_revision = "0012"

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

_ACTIONS = (
    "'MARKET_APPROVED', 'MARKET_EDITED', 'MARKET_PAUSED', 'MARKET_RESUMED', 'MARKET_CLOSED', 'MARKET_RESOLVED', "
    "'MARKET_CANCELLED', 'MARKET_SETTLED', 'MARKET_SWEPT', 'USER_GRANTED', 'USER_ACTIVATED', 'USER_DEACTIVATED', "
    "'USER_ROLE_CHANGED', 'USER_KEY_RATED'"
)
_OURS = "'SCHEDULE_ADDED', 'SCHEDULE_PAUSED', 'SCHEDULE_RESUMED', 'SCHEDULE_REMOVED', 'SCHEDULE_RUN'"
_SUBJECTS = "'market', 'user'"


def upgrade() -> None:
    op.execute(_SCHEDULES)
    op.execute(_DUE)
    _check("action", f"{_ACTIONS}, {_OURS}")
    _check("subject", f"{_SUBJECTS}, 'schedule'")


def downgrade() -> None:
    """What the log tells of schedules stays: nobody may delete it."""
    _check("subject", _SUBJECTS, "NOT VALID")
    _check("action", _ACTIONS, "NOT VALID")
    op.drop_table("job_schedules")


def _check(column: str, names: str, how: str = "") -> None:
    name = f"ck_admin_actions_{column}"
    op.execute(f"ALTER TABLE admin_actions DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE admin_actions ADD CONSTRAINT {name} CHECK ({column} IN ({names})) {how}")
