"""Credentials, identities from elsewhere, sessions, refresh tokens and API keys."""

from alembic import op

revision = "0002"
down_revision = "0001"

_TABLES = (
    """
    CREATE TABLE credentials (
        user_id UUID NOT NULL,
        email TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_credentials PRIMARY KEY (user_id),
        CONSTRAINT ck_credentials_email CHECK (email = lower(email) AND length(email) <= 254),
        CONSTRAINT uq_credentials_email UNIQUE (email),
        CONSTRAINT fk_credentials_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    """
    CREATE TABLE identities (
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        user_id UUID NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_identities PRIMARY KEY (issuer, subject),
        CONSTRAINT fk_identities_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    """
    CREATE TABLE sessions (
        id UUID NOT NULL,
        user_id UUID NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_sessions PRIMARY KEY (id),
        CONSTRAINT ck_sessions_expires CHECK (expires_at > created_at),
        CONSTRAINT fk_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    """
    CREATE INDEX ix_sessions_user_id_id ON sessions (user_id, id)
    """,
    """
    CREATE TABLE refresh_tokens (
        hash BYTEA NOT NULL,
        session_id UUID NOT NULL,
        issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_refresh_tokens PRIMARY KEY (hash),
        CONSTRAINT ck_refresh_tokens_hash CHECK (length(hash) = 32),
        CONSTRAINT fk_refresh_tokens_session_id FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_refresh_tokens_session_id ON refresh_tokens (session_id)
    """,
    """
    CREATE TABLE api_keys (
        id UUID NOT NULL,
        user_id UUID NOT NULL,
        hash BYTEA NOT NULL,
        name TEXT NOT NULL,
        hint TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        per_minute INTEGER,
        CONSTRAINT pk_api_keys PRIMARY KEY (id),
        CONSTRAINT ck_api_keys_hash CHECK (length(hash) = 32),
        CONSTRAINT ck_api_keys_scopes CHECK (scopes IN ('read', 'trade', 'read trade')),
        CONSTRAINT ck_api_keys_per_minute CHECK (per_minute BETWEEN 1 AND 1000000),
        CONSTRAINT ck_api_keys_expires CHECK (expires_at > created_at),
        CONSTRAINT uq_api_keys_hash UNIQUE (hash),
        CONSTRAINT fk_api_keys_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    """
    CREATE INDEX ix_api_keys_user_id_id ON api_keys (user_id, id)
    """,
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    for table in ("api_keys", "refresh_tokens", "sessions", "identities", "credentials"):
        op.drop_table(table)
