"""A report in any of its forms."""

from collections.abc import Callable, Mapping

from adapters.reports.csv_file import csv_file
from adapters.reports.document import Document
from adapters.reports.html import html
from adapters.reports.market_document import market_document
from adapters.reports.pdf import pdf
from adapters.reports.statement_document import statement_document
from application.reports.market_report import MarketReport
from application.reports.ports import Drawn, Report
from application.reports.request import ReportFormat

_FORMS: Mapping[ReportFormat, tuple[Callable[[Document], bytes], str]] = {
    ReportFormat.HTML: (html, "text/html"),
    ReportFormat.PDF: (pdf, "application/pdf"),
    ReportFormat.CSV: (csv_file, "text/csv"),
}


def drawn(report: Report, report_format: ReportFormat) -> Drawn:
    """The report as a file. It takes seconds of a processor where there are many rows."""
    document = market_document(report) if isinstance(report, MarketReport) else statement_document(report)
    write, media_type = _FORMS[report_format]
    return Drawn(write(document), media_type, f"{document.file_stem}.{report_format}")
