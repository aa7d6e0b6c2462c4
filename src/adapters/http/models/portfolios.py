"""What a user has, as he alone may read it."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator

from adapters.http.cursors import cursor_text
from adapters.http.models.base import Answer
from adapters.http.models.fields import Digits, named, probability_of
from adapters.http.models.pages import ById, IdCursor, PageAnswer
from adapters.http.models.shares import Shares
from application.shared.pages import Page
from application.trading.queries import MarketView
from application.trading.reading.portfolios import Held, Portfolio, PortfolioLine
from domain.accounts.user import GrantReason, PointGrant
from domain.shared.ids import GrantId, MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.market import Status


class ListHoldings(ById):
    """Which markets: where one ever held something, where one holds shares or LP shares, or where LP shares."""

    held: Annotated[Held, BeforeValidator(named(Held, "HELD_UNKNOWN"))] = Held.NOW


class MarketName(Answer):
    """A market in short."""

    id: UUID
    title: str
    status: Status
    outcome: Outcome | None
    probability: float | None
    closes_at: datetime

    @classmethod
    def of(cls, view: MarketView) -> Self:
        """A market as it was read."""
        market, pool = view.market, view.book.pool
        return cls(
            id=market.id,
            title=view.listing.title,
            status=market.status,
            outcome=market.outcome,
            probability=probability_of(pool) if pool else None,
            closes_at=market.closes_at,
        )


class StakeAnswer(Answer):
    """LP shares: their part of the pool at the present probability, what they cost, and the fees to claim."""

    lp_shares: Digits
    worth: Digits
    cost: Digits
    claimable_fees: Digits

    @classmethod
    def of(cls, line: PortfolioLine) -> Self:
        """The provider's part of a line."""
        return cls(
            lp_shares=line.stake.shares,
            worth=line.stake_worth,
            cost=line.stake.basis,
            claimable_fees=line.claimable,
        )


class HoldingAnswer(Answer):
    """What a user holds in one market.

    `worth` is at the present probability, or what a resolved market pays, or what a cancelled one cost; `cost` is the
    cost basis of each outcome's shares. `closeOut` is what closing the position out now would bring, null where the
    market would refuse it. `realisedProfit` is that of this market so far.
    """

    market: MarketName
    shares: Shares
    cost: Shares
    worth: Digits
    close_out: Digits | None
    unrealised_profit: Digits
    realised_profit: Digits
    liquidity: StakeAnswer

    @classmethod
    def of(cls, line: PortfolioLine, user_id: UserId, now: datetime) -> Self:
        """A line as it was read."""
        position = line.position
        return cls(
            market=MarketName.of(line.view),
            shares=Shares(yes=position.yes, no=position.no),
            cost=Shares(yes=position.yes_basis, no=position.no_basis),
            worth=line.worth,
            close_out=line.closing_worth(user_id, now),
            unrealised_profit=line.unrealised,
            realised_profit=position.realised,
            liquidity=StakeAnswer.of(line),
        )


class PortfolioAnswer(PageAnswer[HoldingAnswer]):
    """A user's points and holdings: totals over all his markets, and the lines of a page, all of one moment.

    `equity` is balance + worth + liquidityWorth + claimableFees, which are his grants + realisedProfit +
    unrealisedProfit.
    """

    balance: Digits
    equity: Digits
    worth: Digits
    cost: Digits
    liquidity_worth: Digits
    liquidity_cost: Digits
    claimable_fees: Digits
    unrealised_profit: Digits
    realised_profit: Digits

    @classmethod
    def of(cls, portfolio: Portfolio, now: datetime) -> Self:
        """A portfolio as it was read."""
        totals = portfolio.totals
        return cls(
            balance=portfolio.balance,
            equity=portfolio.equity,
            worth=totals.worth,
            cost=totals.basis,
            liquidity_worth=totals.stake_worth,
            liquidity_cost=totals.stake_basis,
            claimable_fees=totals.claimable,
            unrealised_profit=portfolio.unrealised,
            realised_profit=totals.realised,
            items=[HoldingAnswer.of(line, portfolio.user_id, now) for line in portfolio.lines],
            next_cursor=_by_id(portfolio.page.next),
        )


class ProvisionAnswer(Answer):
    """LP shares in one market."""

    market: MarketName
    liquidity: StakeAnswer


class ProvisionsPage(PageAnswer[ProvisionAnswer]):
    """One's liquidity in all markets."""

    @classmethod
    def of(cls, page: Page[PortfolioLine, MarketId]) -> Self:
        """A page as it was read."""
        items = [
            ProvisionAnswer(market=MarketName.of(line.view), liquidity=StakeAnswer.of(line)) for line in page.items
        ]
        return cls(items=items, next_cursor=_by_id(page.next))


class GrantAnswer(Answer):
    """Points that were granted."""

    id: UUID
    amount: Digits
    reason: GrantReason
    reference: str
    granted_at: datetime


class GrantsPage(PageAnswer[GrantAnswer]):
    """One's grants, newest first."""

    @classmethod
    def of(cls, page: Page[PointGrant, GrantId]) -> Self:
        """A page as it was read."""
        items = [
            GrantAnswer(
                id=grant.id,
                amount=grant.amount,
                reason=grant.reason,
                reference=grant.reference,
                granted_at=grant.granted_at,
            )
            for grant in page.items
        ]
        return cls(items=items, next_cursor=_by_id(page.next))


def _by_id(last: UUID | None) -> str | None:
    return cursor_text(None if last is None else IdCursor(last))
