"""A queue of their own for webhooks; those that wait among the notifications stay there."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    _allow("trades", "market-ops", "notifications", "webhooks", "reports", "maintenance")


def downgrade() -> None:
    op.execute("UPDATE job_executions SET queue = 'notifications' WHERE queue = 'webhooks'")
    _allow("trades", "market-ops", "notifications", "reports", "maintenance")


def _allow(*queues: str) -> None:
    listed = ", ".join(f"'{queue}'" for queue in queues)
    op.execute("ALTER TABLE job_executions DROP CONSTRAINT ck_job_executions_queue")
    op.execute(f"ALTER TABLE job_executions ADD CONSTRAINT ck_job_executions_queue CHECK (queue IN ({listed}))")
