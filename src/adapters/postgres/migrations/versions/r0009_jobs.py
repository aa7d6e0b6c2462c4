"""Jobs and their history, which nobody may change; whoever purges an old job takes its history with it."""

from alembic import op

revision = "0009"
down_revision = "0008"

_EXECUTIONS = """
    CREATE TABLE job_executions (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        queue TEXT NOT NULL,
        payload JSONB NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        requested_by UUID,
        key TEXT,
        fingerprint BYTEA NOT NULL,
        trace TEXT,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        lease_until TIMESTAMP WITH TIME ZONE,
        cancel_asked BOOLEAN NOT NULL,
        suspect BOOLEAN NOT NULL,
        progress SMALLINT NOT NULL,
        message TEXT NOT NULL,
        result JSONB,
        failure JSONB,
        started_at TIMESTAMP WITH TIME ZONE,
        finished_at TIMESTAMP WITH TIME ZONE,
        worker TEXT,
        CONSTRAINT pk_job_executions PRIMARY KEY (id),
        CONSTRAINT uq_job_executions_key UNIQUE (key),
        CONSTRAINT ck_job_executions_queue CHECK (queue IN ('trades', 'market-ops', 'notifications', 'reports',
            'maintenance')),
        CONSTRAINT ck_job_executions_state CHECK (state IN ('pending', 'active', 'retrying', 'completed', 'failed',
            'dead_letter', 'cancelled')),
        CONSTRAINT ck_job_executions_progress CHECK (progress BETWEEN 0 AND 100),
        CONSTRAINT ck_job_executions_counts CHECK (attempt >= 0 AND failures >= 0 AND seq > 0),
        CONSTRAINT ck_job_executions_lease CHECK ((state = 'active') = (lease_until IS NOT NULL))
    ) WITH (fillfactor = 70)
"""

_EVENTS = """
    CREATE TABLE job_events (
        job_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        kind TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        percent SMALLINT,
        message TEXT,
        CONSTRAINT pk_job_events PRIMARY KEY (job_id, seq),
        CONSTRAINT ck_job_events_kind CHECK (kind IN ('enqueued', 'active', 'progress', 'retrying', 'released',
            'completed', 'failed', 'dead', 'cancelled', 'requeued'))
    )
"""

_INDEXES = (
    "CREATE INDEX ix_job_executions_due ON job_executions (queue, due_at, id) WHERE state IN ('pending', 'retrying')",
    """CREATE INDEX ix_job_executions_suspects ON job_executions (queue, due_at, id)
       WHERE suspect AND state IN ('pending', 'retrying')""",
    "CREATE INDEX ix_job_executions_leases ON job_executions (lease_until) WHERE state = 'active'",
    "CREATE INDEX ix_job_executions_trouble ON job_executions (queue, id) WHERE state IN ('failed', 'dead_letter')",
    "CREATE INDEX ix_job_executions_finished_at ON job_executions (finished_at) WHERE finished_at IS NOT NULL",
    "CREATE INDEX ix_job_executions_requested_by_id ON job_executions (requested_by, id)",
    "CREATE INDEX ix_job_executions_name_id ON job_executions (name, id)",
)

_IMMUTABLE = """
    CREATE TRIGGER job_events_immutable BEFORE UPDATE OR TRUNCATE ON job_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    for statement in (_EXECUTIONS, _EVENTS, *_INDEXES, _IMMUTABLE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("job_events")
    op.drop_table("job_executions")
