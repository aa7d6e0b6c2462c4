"""Who holds what."""

from datetime import datetime
from uuid import UUID

from presage_client.amounts import MicroPoints, MicroShares
from presage_client.models.base import Answer
from presage_client.models.markets import Costs, MarketName, Shares
from presage_client.models.pages import Page, Paged
from presage_client.models.words import GrantReason, Held, Outcome


class ListHolders(Paged):
    """Holders of one outcome, or of any."""

    outcome: Outcome | None = None


class Holder(Answer):
    """A user's shares."""

    user_id: UUID
    handle: str
    shares: Shares


class HoldersPage(Page[Holder]):
    """Holders of a market, the greatest first."""


class Provider(Answer):
    """A user's LP shares, and the fees that he could claim now."""

    user_id: UUID
    handle: str
    lp_shares: MicroShares
    claimable_fees: MicroPoints


class ProvidersPage(Page[Provider]):
    """Providers of a market's liquidity, the greatest first."""


class Rank(Answer):
    """A user's place, his realised profit, and the number of markets he ever held something in."""

    place: int
    user_id: UUID
    handle: str
    realised_profit: MicroPoints
    markets: int


class RanksPage(Page[Rank]):
    """The leaderboard."""


class Stake(Answer):
    """LP shares: their part of the pool at the present probability, what they cost, and the fees to claim."""

    lp_shares: MicroShares
    worth: MicroPoints
    cost: MicroPoints
    claimable_fees: MicroPoints


class Holding(Answer):
    """What one holds in one market; `close_out` is what selling it all now would bring, if the market allows it."""

    market: MarketName
    shares: Shares
    cost: Costs
    worth: MicroPoints
    close_out: MicroPoints | None
    unrealised_profit: MicroPoints
    realised_profit: MicroPoints
    liquidity: Stake


class ListHoldings(Paged):
    """Which markets."""

    held: Held | None = None


class Portfolio(Page[Holding]):
    """Points and holdings of one moment: totals over all markets, and the lines of a page."""

    balance: MicroPoints
    equity: MicroPoints
    worth: MicroPoints
    cost: MicroPoints
    liquidity_worth: MicroPoints
    liquidity_cost: MicroPoints
    claimable_fees: MicroPoints
    unrealised_profit: MicroPoints
    realised_profit: MicroPoints


class Provision(Answer):
    """LP shares in one market."""

    market: MarketName
    liquidity: Stake


class ProvisionsPage(Page[Provision]):
    """One's liquidity in all markets."""


class Grant(Answer):
    """Points that one was granted."""

    id: UUID
    amount: MicroPoints
    reason: GrantReason
    reference: str
    granted_at: datetime


class GrantsPage(Page[Grant]):
    """One's grants, newest first."""
