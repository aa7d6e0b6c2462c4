"""The log of administration, and the indexes by which administrators and proposers read."""

from alembic import op

revision = "0003"
down_revision = "0002"

_LOG = """
    CREATE TABLE admin_actions (
        id UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        admin_id UUID,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        subject_id UUID NOT NULL,
        before JSONB NOT NULL,
        after JSONB NOT NULL,
        reason TEXT NOT NULL,
        request_id TEXT,
        CONSTRAINT pk_admin_actions PRIMARY KEY (id),
        CONSTRAINT ck_admin_actions_action CHECK (action IN ('MARKET_APPROVED', 'MARKET_EDITED', 'MARKET_PAUSED',
            'MARKET_RESUMED', 'MARKET_CLOSED', 'MARKET_RESOLVED', 'MARKET_CANCELLED', 'MARKET_SETTLED',
            'MARKET_SWEPT', 'USER_GRANTED', 'USER_ACTIVATED', 'USER_DEACTIVATED', 'USER_ROLE_CHANGED',
            'USER_KEY_RATED')),
        CONSTRAINT ck_admin_actions_subject CHECK (subject IN ('market', 'user')),
        CONSTRAINT ck_admin_actions_reason CHECK (char_length(reason) BETWEEN 1 AND 500)
    )
"""

_INDEXES = (
    "CREATE INDEX ix_admin_actions_admin_id_id ON admin_actions (admin_id, id)",
    "CREATE INDEX ix_admin_actions_action_id ON admin_actions (action, id)",
    "CREATE INDEX ix_admin_actions_subject_id_id ON admin_actions (subject_id, id)",
    "CREATE INDEX ix_users_administrators ON users (id) WHERE role = 'admin' AND active",
    "CREATE INDEX ix_markets_proposed_by_id ON markets (proposed_by, id)",
)

_IMMUTABLE = """
    CREATE TRIGGER admin_actions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_actions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    for statement in (_LOG, *_INDEXES, _IMMUTABLE):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX ix_markets_proposed_by_id")
    op.execute("DROP INDEX ix_users_administrators")
    op.drop_table("admin_actions")
