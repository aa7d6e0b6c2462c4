"""Jobs that make reports."""

from datetime import timedelta
from enum import StrEnum
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, model_validator

from application.jobs.contracts import Contract, OpenTo, Payload
from domain.accounts.caller import Caller
from domain.jobs.execution import Queue


class Proof(StrEnum):
    """What tells whether somebody who asks is an administrator: his account, or the issuer of his token for it; by an
    API key he is none."""

    ACCOUNT = "account"
    ISSUER = "issuer"
    KEY = "key"


class GenerateReport(Payload):
    """Which report, of which market or user, in which form; a statement has a period, to just before `until`.

    `proof` is not for whoever asks to say.
    """

    kind: Literal["market", "statement"]
    subject: UUID
    format: Literal["html", "pdf", "csv"] = "pdf"
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    proof: Proof = Proof.ACCOUNT

    @model_validator(mode="after")
    def _period_fits(self) -> Self:
        given = [at for at in (self.since, self.until) if at is not None]
        if len(given) != (2 if self.kind == "statement" else 0):
            raise ValueError("give since and until with a statement, and with no other report")
        if given != sorted(set(given)):
            raise ValueError("since comes before until")
        return self


class ReportReady(Payload):
    """The file, and the path under which it is downloaded."""

    report: UUID
    file_name: str
    path: str


def _signed(asked: GenerateReport, caller: Caller | None) -> GenerateReport:
    proof = Proof.ACCOUNT
    if caller is not None and caller.key_id is not None:
        proof = Proof.KEY
    elif caller is not None and caller.vouched:
        proof = Proof.ISSUER
    return asked.model_copy(update={"proof": proof})


GENERATE_REPORT = Contract(
    name="report.generate",
    queue=Queue.REPORTS,
    payload=GenerateReport,
    time_limit=timedelta(minutes=5),
    open_to=OpenTo.USERS,
    signed=_signed,
)
