"""Reports on any store, and a market whose every figure can be worked out by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from application.reports.bounds import ReportBounds
from application.reports.generate_report import GenerateReport
from application.reports.market_report import MarketReport
from application.reports.ports import Drawn, Report
from application.reports.request import Period, ReportFormat, ReportKind, ReportRequest, Requester
from application.reports.user_statement import UserStatement
from application.trading.open_market import Fees
from domain.shared.ids import MarketId, ReportId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.listing import Listing
from domain.trading.orders import Buy, SellFor
from tests.behaviour.world import OPEN_FOR, World

YES, NO = Outcome.YES, Outcome.NO
DAY = timedelta(days=1)
NOBODY = Requester(UserId(UUID(int=1)), administers=True)


class Heard:
    """Implements the Renderer port: it keeps the report and draws its repr."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    async def __call__(self, report: Report, report_format: ReportFormat) -> Drawn:
        self.reports.append(report)
        return Drawn(repr(report).encode(), "text/plain", f"report.{report_format}")


class Told:
    """Implements the Progress port."""

    def __init__(self) -> None:
        self.percents: list[int] = []

    async def __call__(self, percent: int, message: str) -> None:
        assert message.endswith(".")
        self.percents.append(percent)


def generator(world: World, renderer: Heard, bounds: ReportBounds | None = None) -> GenerateReport:
    """The use case on a world."""
    return GenerateReport(world.report_source, renderer, world.reports, world.clock, bounds or ReportBounds())


async def reported(world: World, request: ReportRequest, bounds: ReportBounds | None = None) -> Report:
    """What a report says."""
    heard = Heard()
    await generator(world, heard, bounds)(ReportId(world.ids.new()), request, Told())
    return heard.reports[0]


def about(market_id: MarketId, requester: Requester = NOBODY) -> ReportRequest:
    """A market's report."""
    return ReportRequest(ReportKind.MARKET, market_id, ReportFormat.PDF, requester)


def statement_for(
    user_id: UserId, since: datetime, until: datetime, requester: Requester | None = None
) -> ReportRequest:
    """A statement, asked for by the user himself."""
    period = Period(since, until)
    return ReportRequest(ReportKind.STATEMENT, user_id, ReportFormat.PDF, requester or Requester(user_id), period)


async def market_report(world: World, market_id: MarketId, bounds: ReportBounds | None = None) -> MarketReport:
    """The report of a market."""
    report = await reported(world, about(market_id), bounds)
    assert isinstance(report, MarketReport)
    return report


async def statement(
    world: World, user_id: UserId, since: datetime, until: datetime, bounds: ReportBounds | None = None
) -> UserStatement:
    """The statement of a user."""
    report = await reported(world, statement_for(user_id, since, until), bounds)
    assert isinstance(report, UserStatement)
    return report


@dataclass(frozen=True, slots=True)
class ByHand:
    """A market that opened with 90 points at a half and charges a tenth, half of it for its provider, the treasury.

    After one day ada paid 100 (net 90) for 90 + 90 - 90·90/180 = 135 YES: 45 YES and 180 NO are left, YES is at 0.8.
    After another bo paid 50 (net 45) for 180 + 45 - 180·45/90 = 135 NO: 90 of each are left, YES is at 0.5.
    After another ada received 40.5 (gross 45) for 45 + 90·90/45 - 90 = 135 YES: 180 YES and 45 NO, YES at 0.2.
    """

    world: World
    market: MarketId
    treasury: UserId
    ada: UserId
    bo: UserId
    opened_at: datetime

    def day(self, number: int) -> datetime:
        """So many days after the opening."""
        return self.opened_at + number * DAY


async def by_hand(world: World, title: str = "Will it rain?") -> ByHand:
    """The scene, four days after the opening."""
    treasury = await world.treasury()
    ada, bo = await world.user("ada"), await world.user("bo")
    world.clock.advance(DAY)
    opened_at = world.clock.now()
    listing = Listing(title, "At noon.", "weather", 500_000)
    market_id = (await world.open_market(listing, opened_at + OPEN_FOR, treasury, Fees(1_000, 5_000))).id
    await world.approve(market_id, 90 * POINT)
    for user, form in ((ada, Buy(YES, 100 * POINT)), (bo, Buy(NO, 50 * POINT)), (ada, SellFor(YES, 40_500_000))):
        world.clock.advance(DAY)
        await world.place(user, market_id, form)
    world.clock.advance(DAY)
    return ByHand(world, market_id, treasury, ada, bo, opened_at)
