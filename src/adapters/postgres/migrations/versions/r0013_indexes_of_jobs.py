"""Indexes of jobs without those that have no key, and that nobody asked for: each change of a job is written to all."""

from alembic import op

revision = "0013"
down_revision = "0012"

_NARROW = (
    "ALTER TABLE job_executions DROP CONSTRAINT uq_job_executions_key",
    "CREATE UNIQUE INDEX uq_job_executions_key ON job_executions (key) WHERE key IS NOT NULL",
    "DROP INDEX ix_job_executions_requested_by_id",
    """CREATE INDEX ix_job_executions_requested_by_id ON job_executions (requested_by, id)
       WHERE requested_by IS NOT NULL""",
)

_WIDE = (
    "DROP INDEX ix_job_executions_requested_by_id",
    "CREATE INDEX ix_job_executions_requested_by_id ON job_executions (requested_by, id)",
    "DROP INDEX uq_job_executions_key",
    "ALTER TABLE job_executions ADD CONSTRAINT uq_job_executions_key UNIQUE (key)",
)


def upgrade() -> None:
    for statement in _NARROW:
        op.execute(statement)


def downgrade() -> None:
    for statement in _WIDE:
        op.execute(statement)
