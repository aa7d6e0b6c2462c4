"""Make a report: read it from the ledger, draw it, keep the file."""

from dataclasses import dataclass, replace

from application.reports.bounds import MAX_BYTES, ReportBounds
from application.reports.draw_up_market import draw_up_market
from application.reports.draw_up_statement import draw_up_statement
from application.reports.files import ReportFile, ReportStore
from application.reports.market_report import MarketFacts, MarketReport
from application.reports.ports import Drawn, Progress, Renderer, Report, ReportSource, Snapshot
from application.reports.request import ReportKind, ReportRequest
from application.reports.user_statement import UserStatement
from application.shared.ports import Clock
from domain.shared.errors import Forbidden, Invalid, NotFound
from domain.shared.ids import ReportId

READ, DRAWN, KEPT = 60, 95, 100
"""Percent of a report that are done once it is read, drawn and kept."""


@dataclass(frozen=True, slots=True)
class GenerateReport:
    """Makes reports, each once for its id."""

    source: ReportSource
    renderer: Renderer
    store: ReportStore
    clock: Clock
    bounds: ReportBounds = ReportBounds()

    async def __call__(self, report_id: ReportId, request: ReportRequest, progress: Progress) -> ReportFile:
        """The file of this id: the one that was made before, or a new one.

        Raises Invalid, Forbidden, NotFound, Unavailable, and DoesNotAddUp where the ledger contradicts itself.
        """
        try:
            return await self.store.file(report_id, self.clock.now())
        except NotFound:
            pass
        await progress(0, "Reading the ledger.")
        report = await self._read(request, progress)
        await progress(READ, "Drawing the report.")
        drawn = await self.renderer(report, request.format)
        await progress(DRAWN, "Keeping the file.")
        file = self._file(report_id, request, drawn)
        await self.store.save(file, drawn.content)
        await progress(KEPT, "Ready.")
        return file

    async def _read(self, request: ReportRequest, progress: Progress) -> Report:
        async with self.source() as snapshot:
            if request.kind is ReportKind.MARKET:
                return await self._market_report(snapshot, request)
            _require_own(request)
            return await self._statement(snapshot, request, progress)

    async def _market_report(self, snapshot: Snapshot, request: ReportRequest) -> MarketReport:
        facts, trades = await _market(snapshot, request), self.bounds.trades_in(request.format)
        return await draw_up_market(snapshot, facts, trades, self.bounds.holders, self.clock.now())

    async def _statement(self, snapshot: Snapshot, request: ReportRequest, progress: Progress) -> UserStatement:
        assert request.period is not None, "a statement has a period"
        now, done = self.clock.now(), 0
        period = replace(request.period, until=min(request.period.until, now))
        account = await snapshot.account(request.user_id)

        async def read(movements: int) -> None:
            nonlocal done
            done += movements
            await progress(READ * done // max(done, account.movements), "Reading the ledger.")

        return await draw_up_statement(snapshot, account, period, self.bounds.rows, now, read)

    def _file(self, report_id: ReportId, request: ReportRequest, drawn: Drawn) -> ReportFile:
        if len(drawn.content) > MAX_BYTES:
            advice = "The report is too large to keep; ask for a shorter period."
            raise Invalid("REPORT_TOO_LARGE", advice, bytes=len(drawn.content), maximum=MAX_BYTES)
        now = self.clock.now()
        return ReportFile(
            report_id,
            request.kind,
            request.subject_id,
            request.format,
            request.requester.user_id,
            drawn.media_type,
            drawn.file_name,
            len(drawn.content),
            now,
            now + self.bounds.kept,
        )


def _require_own(request: ReportRequest) -> None:
    if request.requester.user_id != request.user_id and not request.requester.administers:
        raise Forbidden("STATEMENT_NOT_YOURS", "Ask for your own statement; administrators may ask for anybody's.")


async def _market(snapshot: Snapshot, request: ReportRequest) -> MarketFacts:
    """The market; one that never opened is its proposer's and the administrators' alone."""
    facts, requester = await snapshot.market(request.market_id), request.requester
    if facts.book.seq == 0 and not requester.administers and requester.user_id != facts.proposed_by:
        raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(request.market_id))
    return facts
