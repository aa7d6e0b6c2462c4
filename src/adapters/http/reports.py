"""Finished reports, listed and downloaded."""

from dataclasses import dataclass

from aiohttp import web

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get
from adapters.http.models.pages import ById
from adapters.http.models.reports import ReportsPage
from application.reports.files import ReportFile, ReportStore
from application.reports.read_report import ReadReport
from application.reports.request import Requester
from application.shared.ports import Clock
from domain.accounts.user import Role
from domain.shared.ids import ReportId

_FILE = ("Content-Disposition",)
MEDIA = "text/html", "application/pdf", "text/csv"

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""A report that a browser shows after all runs no script and fetches nothing."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Files for whoever asked for them; an administrator who has signed in reads all."""

    read_report: ReadReport
    store: ReportStore
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/reports, and one's own list."""
        return [
            get("/api/v1/me/reports", self.mine, Access.READ, ReportsPage, query=ById),
            get("/api/v1/reports/{id}", self.download, Access.READ, None, media=MEDIA, headers=_FILE),
        ]

    async def mine(self, call: Call[ById, NoBody]) -> ReportsPage:
        """List one's finished reports, the newest first."""
        before = ReportId(call.query.cursor.id) if call.query.cursor else None
        return ReportsPage.of(await self.store.files(call.user.id, self.clock.now(), call.query.limit, before))

    async def download(self, call: Call[NoQuery, NoBody]) -> web.Response:
        """Download a finished report."""
        file, content = await self.read_report(ReportId(call.id(code="REPORT_NOT_FOUND")), reader_of(call))
        return web.Response(body=content, headers=_headers(file))


def reader_of(call: Call[NoQuery, NoBody]) -> Requester:
    """Who reads; an API key opens no more than its owner's own."""
    assert call.caller is not None, "the guard let nobody in"
    return Requester(call.user.id, call.user.role is Role.ADMIN and call.caller.key_id is None)


def _headers(file: ReportFile) -> dict[str, str]:
    text = file.media_type.startswith("text/")
    return {
        "Content-Type": f"{file.media_type}; charset=utf-8" if text else file.media_type,
        "Content-Disposition": f'attachment; filename="{file.file_name}"',
        "Content-Security-Policy": POLICY,
    }
