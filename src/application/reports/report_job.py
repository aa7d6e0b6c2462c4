"""The job `report.generate`."""

from dataclasses import dataclass
from datetime import timedelta

from application.jobs.catalogue.reports import GenerateReport as Asked
from application.jobs.catalogue.reports import Proof, ReportReady
from application.jobs.run import Run
from application.reports.generate_report import GenerateReport
from application.reports.ports import ReportSource
from application.reports.request import Period, ReportFormat, ReportKind, ReportRequest, Requester
from domain.accounts.user import Role
from domain.shared.errors import Forbidden
from domain.shared.ids import ReportId

VOUCHED_FOR = timedelta(hours=1)
"""How long after he asked an issuer's word for an administrator is taken; nobody hears when it takes that back."""


@dataclass(frozen=True, slots=True)
class ReportJob:
    """Makes the report for whoever asked for the job; it has the job's id, and so is made once."""

    generate: GenerateReport
    source: ReportSource

    async def __call__(self, run: Run[Asked]) -> ReportReady:
        """The finished file. Raises Invalid, Forbidden, NotFound and Unavailable."""
        request = _request(run.payload, await self._requester(run))
        file = await self.generate(ReportId(run.execution.id), request, run.progress)
        return ReportReady(report=file.id, file_name=file.file_name, path=f"/api/v1/reports/{file.id}")

    async def _requester(self, run: Run[Asked]) -> Requester:
        """Who asked, in the role that his account has by now, or that his issuer gave him."""
        user_id, proof = run.execution.requested_by, run.payload.proof
        if user_id is None:
            raise Forbidden("REPORT_NOBODYS", "Sign in to ask for a report: it is kept for whoever asked.")
        async with self.source() as snapshot:
            user = (await snapshot.account(user_id)).user
        user.require_active()
        vouched = proof is Proof.ISSUER and run.clock.now() < run.execution.created_at + VOUCHED_FOR
        return Requester(user_id, vouched or (user.role is Role.ADMIN and proof is not Proof.KEY))


def _request(asked: Asked, requester: Requester) -> ReportRequest:
    given = asked.since is not None and asked.until is not None
    period = Period(asked.since, asked.until) if given else None  # type: ignore[arg-type]
    return ReportRequest(ReportKind(asked.kind), asked.subject, ReportFormat(asked.format), requester, period)
