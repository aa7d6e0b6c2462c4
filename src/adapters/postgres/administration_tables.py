"""The log of administration, and the indexes by which administrators and proposers read.

The log refers to users and markets without foreign keys: those would lock rows out of the order in which transactions
lock them, and neither is ever deleted.
"""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables import markets, metadata, users
from domain.shared.administration import MAX_REASON_LENGTH, AdminAction, Subject


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

Index("ix_users_administrators", users.c.id, postgresql_where=text("role = 'admin' AND active"))
Index("ix_markets_proposed_by_id", markets.c.proposed_by, markets.c.id)
