"""The whole schema: every module that declares tables, so that the metadata knows all of them."""

from adapters.postgres import (
    account_tables,
    administration_tables,
    cover_tables,
    job_tables,
    report_tables,
    schedule_tables,
    webhook_tables,
)
from adapters.postgres.tables import metadata

__all__ = [
    "account_tables",
    "administration_tables",
    "cover_tables",
    "job_tables",
    "metadata",
    "report_tables",
    "schedule_tables",
    "webhook_tables",
]
