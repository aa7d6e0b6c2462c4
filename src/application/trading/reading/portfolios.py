"""A user's points and what he holds, marked to market. Every amount is µP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from application.shared.pages import MAX_PAGE, Page
from application.trading.queries import MarketView
from domain.shared.ids import MarketId, UserId
from domain.trading.liquidity import Stake
from domain.trading.position import Position
from domain.trading.valuation import claimable, closing_worth, position_worth, stake_worth


class Held(StrEnum):
    """Which markets of a user: where he ever held something, where he holds shares or LP shares, or LP shares."""

    EVER = "ever"
    NOW = "now"
    LIQUIDITY = "liquidity"


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """What a user holds in one market."""

    view: MarketView
    position: Position
    stake: Stake

    @property
    def worth(self) -> int:
        """The position at the present probability, or what it pays once resolved."""
        return position_worth(self.view.market, self.view.book.pool, self.position)

    @property
    def unrealised(self) -> int:
        """What the position is worth beyond what it cost."""
        return self.worth - self.position.basis

    @property
    def stake_worth(self) -> int:
        """The provider's part of the pool at the present probability, without fees."""
        return stake_worth(self.view.market, self.view.book, self.stake)

    @property
    def claimable(self) -> int:
        """The fees that the provider could claim now."""
        return claimable(self.view.book, self.stake)

    def closing_worth(self, user_id: UserId, now: datetime) -> int | None:
        """What closing the position out would bring; none where the market would refuse it."""
        return closing_worth(self.view.market, self.view.book, user_id, self.position, now)


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all markets: worth and cost of positions, worth and cost of LP shares, fees to claim, realised profit."""

    worth: int = 0
    basis: int = 0
    stake_worth: int = 0
    stake_basis: int = 0
    claimable: int = 0
    realised: int = 0


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A user's points and holdings: totals over all of them, and one page of lines."""

    user_id: UserId
    balance: int
    totals: Totals
    page: Page[PortfolioLine, MarketId]

    @property
    def lines(self) -> Sequence[PortfolioLine]:
        """The lines of the page."""
        return self.page.items

    @property
    def equity(self) -> int:
        """Points and everything that is marked to market."""
        return self.balance + self.totals.worth + self.totals.stake_worth + self.totals.claimable

    @property
    def unrealised(self) -> int:
        """What everything is worth beyond its cost, so that equity = grants + realised + unrealised."""
        totals = self.totals
        return totals.worth + totals.stake_worth + totals.claimable - totals.basis - totals.stake_basis


class Portfolios(Protocol):
    """Read access to what users hold. Lines are in the order of market ids, from the one after `after`."""

    async def portfolio(
        self, user_id: UserId, limit: int = MAX_PAGE, after: MarketId | None = None, held: Held = Held.EVER
    ) -> Portfolio:
        """What a user has, all of one moment. Raises Invalid and NotFound."""
        ...

    async def lines(
        self, user_id: UserId, limit: int, after: MarketId | None = None, held: Held = Held.EVER
    ) -> Page[PortfolioLine, MarketId]:
        """The lines alone; none for a user who does not exist. Raises Invalid."""
        ...
