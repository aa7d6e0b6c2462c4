"""How much a report may hold."""

from dataclasses import dataclass
from datetime import timedelta

from application.reports.request import ReportFormat

MAX_BYTES = 16 * 1024 * 1024
"""Of one finished file."""

MAX_FILES = 100
"""Files kept for one user; the oldest makes room for the next."""


@dataclass(frozen=True, slots=True)
class ReportBounds:
    """Rows of the longest list in a report, the last trades in a market's (in a CSV file, `rows` of them), its
    holders, and how long a file is kept."""

    rows: int = 50_000
    trades: int = 200
    holders: int = 25
    kept: timedelta = timedelta(days=30)

    def trades_in(self, report_format: ReportFormat) -> int:
        """How many trades a market's report shows."""
        return self.rows if report_format is ReportFormat.CSV else self.trades
