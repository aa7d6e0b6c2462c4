"""The tables of what proves who a user is. Secrets are stored as hashes alone."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from adapters.postgres.tables import metadata
from domain.accounts.api_key import MAX_PER_MINUTE
from domain.accounts.email import MAX_EMAIL_LENGTH

SCOPES = "'read', 'trade', 'read trade'"
"""Every set of scopes in its one written form."""


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _user_id(*, primary_key: bool = False) -> Column[object]:
    return Column("user_id", Uuid, ForeignKey("users.id"), nullable=False, primary_key=primary_key)


credentials = Table(
    "credentials",
    metadata,
    _user_id(primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    _time("changed_at"),
    CheckConstraint(f"email = lower(email) AND length(email) <= {MAX_EMAIL_LENGTH}", name="email"),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    _user_id(),
    _time("created_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    _user_id(),
    _time("created_at"),
    _time("expires_at"),
    _time("revoked_at", nullable=True),
    CheckConstraint("expires_at > created_at", name="expires"),
    Index("ix_sessions_user_id_id", "user_id", "id"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("session_id", Uuid, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    _time("issued_at"),
    _time("used_at", nullable=True),
    CheckConstraint("length(hash) = 32", name="hash"),
    Index("ix_refresh_tokens_session_id", "session_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    _user_id(),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    _time("created_at"),
    _time("expires_at", nullable=True),
    _time("revoked_at", nullable=True),
    Column("per_minute", Integer),
    CheckConstraint("length(hash) = 32", name="hash"),
    CheckConstraint(f"scopes IN ({SCOPES})", name="scopes"),
    CheckConstraint(f"per_minute BETWEEN 1 AND {MAX_PER_MINUTE}", name="per_minute"),
    CheckConstraint("expires_at > created_at", name="expires"),
    Index("ix_api_keys_user_id_id", "user_id", "id"),
)
