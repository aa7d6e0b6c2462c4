"""Webhooks and the log of what they were told. Their secrets are kept as they are: whoever signs needs them."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.tables import metadata
from domain.jobs.webhook import EVENTS, Event


def _one_of(column: str, names: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(name)) for name in names)})"


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


_EVENTS = ", ".join(f"'{event}'::text" for event in sorted(EVENTS))

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("owner", Uuid, ForeignKey("users.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("all_jobs", Boolean, nullable=False),
    _time("created_at"),
    Column("active", Boolean, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("previous", Text),
    _time("previous_until", nullable=True),
    CheckConstraint(f"cardinality(events) > 0 AND events <@ ARRAY[{_EVENTS}]", name="events"),
    CheckConstraint("failures >= 0", name="failures"),
    CheckConstraint("(previous IS NULL) = (previous_until IS NULL)", name="previous"),
    Index("ix_webhooks_owner_id", "owner", "id"),
    Index("ix_webhooks_all_jobs", "id", postgresql_where=text("all_jobs AND active")),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("job_id", Uuid, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("webhook_id", Uuid, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event", Text, nullable=False),
    _time("at"),
    Column("milliseconds", BigInteger, nullable=False),
    Column("status", Integer),
    Column("answer", Text, nullable=False),
    Column("error", Text),
    CheckConstraint(_one_of("event", Event), name="event"),
    CheckConstraint("milliseconds >= 0", name="milliseconds"),
    Index("ix_webhook_deliveries_webhook_id_at", "webhook_id", "at"),
)
