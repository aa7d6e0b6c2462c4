"""Settings of reports."""

from datetime import timedelta

from pydantic import BaseModel, Field

from application.reports.bounds import ReportBounds


class ReportSettings(BaseModel):
    """How long a report may be, and how long it is kept."""

    report_rows: int = Field(default=50_000, ge=1, le=50_000)
    report_days: int = Field(default=30, ge=1, le=365)

    @property
    def report_bounds(self) -> ReportBounds:
        """How much a report may hold."""
        return ReportBounds(self.report_rows, kept=timedelta(days=self.report_days))
