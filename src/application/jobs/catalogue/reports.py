"""Jobs that make reports."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from application.jobs.contracts import Contract, OpenTo, Payload
from domain.jobs.execution import Queue


class GenerateReport(Payload):
    """Which report, of which market or user, in which form; a statement has a period, to just before `until`."""

    kind: Literal["market", "statement"]
    subject: UUID
    format: Literal["html", "pdf", "csv"] = "pdf"
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class ReportReady(Payload):
    """The file, and the path under which it is downloaded."""

    report: UUID
    file_name: str
    path: str


GENERATE_REPORT = Contract(
    name="report.generate",
    queue=Queue.REPORTS,
    payload=GenerateReport,
    time_limit=timedelta(minutes=5),
    open_to=OpenTo.USERS,
)
