"""Schedules of jobs. What is due is found by a partial index."""

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables import metadata
from domain.jobs.schedule import Missed, Source


def _one_of(column: str, names: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(name)) for name in names)})"


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


job_schedules = Table(
    "job_schedules",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("job", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("cron", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("missed", Text, nullable=False),
    Column("source", Text, nullable=False),
    _time("next_at"),
    _time("created_at"),
    Column("created_by", Uuid),
    Column("paused", Boolean, nullable=False),
    Column("skipped", BigInteger, nullable=False),
    Column("trouble", Text),
    _time("last_fire_at", nullable=True),
    Column("last_job_id", Uuid),
    CheckConstraint(_one_of("missed", Missed), name="missed"),
    CheckConstraint(_one_of("source", Source), name="source"),
    CheckConstraint("skipped >= 0", name="skipped"),
    Index("ix_job_schedules_next_at", "next_at", postgresql_where=text("NOT paused")),
)
