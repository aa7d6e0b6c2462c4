"""Jobs and their history. Workers find what is due, and what they lost, by partial indexes that stay small."""

from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables import metadata
from domain.jobs.execution import EventKind, Queue, State


def _one_of(column: str, names: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(name)) for name in names)})"


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


WAITING = "state IN ('pending', 'retrying')"
ACTIVE = "state = 'active'"
TROUBLE = "state IN ('failed', 'dead_letter')"

job_executions = Table(
    "job_executions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("queue", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    _time("due_at"),
    _time("created_at"),
    Column("requested_by", Uuid),
    Column("key", Text),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("trace", Text),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    _time("lease_until", nullable=True),
    Column("cancel_asked", Boolean, nullable=False),
    Column("suspect", Boolean, nullable=False),
    Column("progress", SmallInteger, nullable=False),
    Column("message", Text, nullable=False),
    Column("result", JSONB),
    Column("failure", JSONB),
    _time("started_at", nullable=True),
    _time("finished_at", nullable=True),
    Column("worker", Text),
    CheckConstraint(_one_of("queue", Queue), name="queue"),
    CheckConstraint(_one_of("state", State), name="state"),
    CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
    CheckConstraint("attempt >= 0 AND failures >= 0 AND seq > 0", name="counts"),
    CheckConstraint("(state = 'active') = (lease_until IS NOT NULL)", name="lease"),
    Index("ix_job_executions_due", "queue", "due_at", "id", postgresql_where=text(WAITING)),
    Index("ix_job_executions_suspects", "queue", "due_at", "id", postgresql_where=text(f"suspect AND {WAITING}")),
    Index("ix_job_executions_leases", "lease_until", postgresql_where=text(ACTIVE)),
    Index("ix_job_executions_trouble", "queue", "id", postgresql_where=text(TROUBLE)),
    Index("ix_job_executions_finished_at", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
    Index("uq_job_executions_key", "key", unique=True, postgresql_where=text("key IS NOT NULL")),
    Index("ix_job_executions_requested_by_id", "requested_by", "id", postgresql_where=text("requested_by IS NOT NULL")),
    Index("ix_job_executions_name_id", "name", "id"),
    postgresql_with={"fillfactor": 70},
)

job_events = Table(
    "job_events",
    metadata,
    Column("job_id", Uuid, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _time("at"),
    Column("kind", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("percent", SmallInteger),
    Column("message", Text),
    CheckConstraint(_one_of("kind", EventKind), name="kind"),
)
