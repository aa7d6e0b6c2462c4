"""Webhooks, and the log of what they were told."""

from alembic import op

revision = "0012"
down_revision = "0011"

_WEBHOOKS = """
    CREATE TABLE webhooks (
        id UUID NOT NULL,
        owner UUID NOT NULL,
        url TEXT NOT NULL,
        secret TEXT NOT NULL,
        events TEXT[] NOT NULL,
        all_jobs BOOLEAN NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        active BOOLEAN NOT NULL,
        failures BIGINT NOT NULL,
        previous TEXT,
        previous_until TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_webhooks PRIMARY KEY (id),
        CONSTRAINT fk_webhooks_owner FOREIGN KEY(owner) REFERENCES users (id),
        CONSTRAINT ck_webhooks_events CHECK (cardinality(events) > 0
            AND events <@ ARRAY['job.completed'::text, 'job.dead'::text, 'job.failed'::text]),
        CONSTRAINT ck_webhooks_failures CHECK (failures >= 0),
        CONSTRAINT ck_webhooks_previous CHECK ((previous IS NULL) = (previous_until IS NULL))
    )
"""

_DELIVERIES = """
    CREATE TABLE webhook_deliveries (
        job_id UUID NOT NULL,
        attempt INTEGER NOT NULL,
        webhook_id UUID NOT NULL,
        event TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        milliseconds BIGINT NOT NULL,
        status INTEGER,
        answer TEXT NOT NULL,
        error TEXT,
        CONSTRAINT pk_webhook_deliveries PRIMARY KEY (job_id, attempt),
        CONSTRAINT fk_webhook_deliveries_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhooks (id)
            ON DELETE CASCADE,
        CONSTRAINT ck_webhook_deliveries_event CHECK (event IN ('job.completed', 'job.failed', 'job.dead',
            'webhook.test')),
        CONSTRAINT ck_webhook_deliveries_milliseconds CHECK (milliseconds >= 0)
    )
"""

_INDEXES = (
    "CREATE INDEX ix_webhooks_owner_id ON webhooks (owner, id)",
    "CREATE INDEX ix_webhooks_all_jobs ON webhooks (id) WHERE all_jobs AND active",
    "CREATE INDEX ix_webhook_deliveries_webhook_id_at ON webhook_deliveries (webhook_id, at)",
)


def upgrade() -> None:
    for statement in (_WEBHOOKS, _DELIVERIES, *_INDEXES):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
