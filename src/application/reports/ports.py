"""What reports are drawn from, and what draws them."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from application.reports.course import Stretch
from application.reports.market_report import Holder, HoldersFound, LedgerSums, MarketFacts, MarketReport, TradeLine
from application.reports.request import ReportFormat
from application.reports.user_statement import UserStatement
from domain.accounts.user import PointGrant, User
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Pool
from domain.trading.ledger import LedgerEntry
from domain.trading.market import Market, Status


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A user, and how many movements his account ever had."""

    user: User
    movements: int


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry or a grant, and when it took place: never before an earlier entry of the user in the same market,
    whatever the clock said of the process that wrote it."""

    at: datetime
    moved: LedgerEntry | PointGrant


@dataclass(frozen=True, slots=True)
class Mark:
    """A market, and its pool and LP supply as they stood at some time; `ended` where it was over by then."""

    market: Market
    title: str
    pool: Pool | None
    lp_supply: int
    ended: bool

    @property
    def then(self) -> Market:
        """The market as it was valued at that time."""
        if self.ended or not self.market.status.ended:
            return self.market
        return replace(self.market, status=Status.ACTIVE, outcome=None, settled=False)


class Snapshot(Protocol):
    """Everything as it stood at one moment. Every method may raise Unavailable."""

    async def market(self, market_id: MarketId) -> MarketFacts:
        """One market. Raises NotFound."""
        ...

    async def sums(self, market_id: MarketId) -> LedgerSums:
        """A market's ledger, summed up."""
        ...

    async def prices(self, market_id: MarketId, since: datetime, width: timedelta) -> Sequence[Stretch]:
        """The probability as trades and liquidity left it, in stretches of `width` from `since` on."""
        ...

    async def holders(self, market_id: MarketId, limit: int) -> HoldersFound:
        """Who holds a market's shares, most shares first, equals in the order of ids."""
        ...

    async def paid_holders(self, market_id: MarketId, limit: int) -> Sequence[Holder]:
        """Who held shares when he was paid out or refunded, and how much that was, most shares first."""
        ...

    def trades(self, market_id: MarketId, limit: int) -> AsyncIterator[Sequence[TradeLine]]:
        """The last trades of a market, newest first, in pages."""
        ...

    async def account(self, user_id: UserId) -> AccountFacts:
        """One account. Raises NotFound."""
        ...

    def movements(self, user_id: UserId) -> AsyncIterator[Sequence[Movement]]:
        """All that ever moved a user's points or shares, in the order of time, in pages."""
        ...

    async def marks(self, markets: Collection[MarketId], at: datetime) -> Mapping[MarketId, Mark]:
        """Markets as they stood just before a time."""
        ...


ReportSource: TypeAlias = Callable[[], AbstractAsyncContextManager[Snapshot]]

Report: TypeAlias = MarketReport | UserStatement


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished file."""

    content: bytes
    media_type: str
    file_name: str


class Renderer(Protocol):
    """Writes reports."""

    async def __call__(self, report: Report, report_format: ReportFormat) -> Drawn:
        """A report as a file. Raises Unavailable where it could not be drawn now."""
        ...


class Progress(Protocol):
    """Hears how far a report has come."""

    async def __call__(self, percent: int, message: str, /) -> None:
        """So many of a hundred parts are done, and what is being done."""
        ...
