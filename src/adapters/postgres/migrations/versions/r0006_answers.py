"""The first answers to administrators' requests, by idempotency key."""

from alembic import op

revision = "0006"
down_revision = "0005"

_ANSWERS = """
    CREATE TABLE administrator_answers (
        admin_id UUID NOT NULL,
        key TEXT NOT NULL,
        fingerprint BYTEA NOT NULL,
        claimed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        answer JSON,
        CONSTRAINT pk_administrator_answers PRIMARY KEY (admin_id, key),
        CONSTRAINT ck_administrator_answers_key CHECK (char_length(key) BETWEEN 1 AND 255),
        CONSTRAINT ck_administrator_answers_fingerprint CHECK (length(fingerprint) = 32)
    )
"""


def upgrade() -> None:
    op.execute(_ANSWERS)


def downgrade() -> None:
    op.drop_table("administrator_answers")
