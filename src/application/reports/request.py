"""What is asked for: which report, of what, in what form, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.shared.errors import Invalid
from domain.shared.ids import MarketId, UserId
from domain.shared.times import require_time


class ReportKind(StrEnum):
    """What a report is about."""

    MARKET = "market"
    STATEMENT = "statement"


class ReportFormat(StrEnum):
    """What it is written as."""

    HTML = "html"
    PDF = "pdf"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to just before `until`. Raises Invalid when built backwards or without time zones."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        require_time(self.since, "since")
        require_time(self.until, "until")
        if self.since >= self.until:
            raise Invalid("PERIOD", "Give a period that begins in the past and ends after its beginning.")


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks; `administers` where it has been proved that he is an administrator."""

    user_id: UserId
    administers: bool = False


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A market's report, or a user's statement of a period. Raises Invalid where the period does not fit the kind."""

    kind: ReportKind
    subject_id: UUID
    format: ReportFormat
    requester: Requester
    period: Period | None = None

    def __post_init__(self) -> None:
        if (self.kind is ReportKind.STATEMENT) != (self.period is not None):
            raise Invalid("PERIOD", "Give since and until for a statement, and leave them out for a market.")

    @property
    def market_id(self) -> MarketId:
        """The market that a report is about."""
        return MarketId(self.subject_id)

    @property
    def user_id(self) -> UserId:
        """The user whose statement it is."""
        return UserId(self.subject_id)
