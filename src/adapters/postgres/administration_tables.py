"""The log of administration, the answers to it, and the indexes by which administrators and proposers read.

The log and the answers refer to users and markets without foreign keys: those would lock rows out of the order in which
transactions lock them, and neither is ever deleted.
"""

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, Index, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables import markets, metadata, users
from domain.shared.administration import MAX_REASON_LENGTH, AdminAction, Subject
from domain.trading.orders import MAX_KEY_LENGTH


def _one_of(column: str, names: type[AdminAction] | type[Subject]) -> str:
    return f"{column} IN ({', '.join(repr(str(name)) for name in names)})"


admin_actions = Table(
    "admin_actions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("admin_id", Uuid),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("request_id", Text),
    CheckConstraint(_one_of("action", AdminAction), name="action"),
    CheckConstraint(_one_of("subject", Subject), name="subject"),
    CheckConstraint(f"char_length(reason) BETWEEN 1 AND {MAX_REASON_LENGTH}", name="reason"),
    Index("ix_admin_actions_admin_id_id", "admin_id", "id"),
    Index("ix_admin_actions_action_id", "action", "id"),
    Index("ix_admin_actions_subject_id_id", "subject_id", "id"),
)

administrator_answers = Table(
    "administrator_answers",
    metadata,
    Column("admin_id", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("claimed_at", DateTime(timezone=True), nullable=False),
    Column("answer", JSON(none_as_null=True)),  # not JSONB, which would give its fields back in another order
    CheckConstraint(f"char_length(key) BETWEEN 1 AND {MAX_KEY_LENGTH}", name="key"),
    CheckConstraint("length(fingerprint) = 32", name="fingerprint"),
)

Index("ix_users_administrators", users.c.id, postgresql_where=text("role = 'admin' AND active"))
Index("ix_markets_proposed_by_id", markets.c.proposed_by, markets.c.id)
