"""Propose a market as a user: a DRAFT that waits for approval, within bounds."""

from dataclasses import dataclass
from datetime import datetime

from application.shared.ports import Clock, Ids
from application.trading.open_market import DEFAULT_FEES, Fees
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock_rows
from domain.shared.ids import MarketId, UserId
from domain.trading.listing import Listing
from domain.trading.market import Market, Status
from domain.trading.proposal import require_proposable, require_room


@dataclass(frozen=True, slots=True)
class ProposeMarket:
    """Adds a draft with the exchange's fees; how many wait is counted under the proposer's lock."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids
    fees: Fees = DEFAULT_FEES

    async def __call__(self, listing: Listing, closes_at: datetime, proposer: UserId) -> Market:
        """The new market. Raises Invalid, Forbidden, NotFound, and Conflict where too many of his drafts wait."""
        now = self.clock.now()
        require_proposable(closes_at, now)
        fees = self.fees
        market = Market(MarketId(self.ids.new()), Status.DRAFT, closes_at, fees.fee_bps, fees.lp_fee_bps)
        async with self.transactions() as transaction:
            working = await lock_rows(transaction.books, [], [proposer])
            working.account(proposer).user.require_active()
            require_room(await transaction.markets.drafts(proposer))
            await transaction.markets.add(market, listing, proposer, now)
            await transaction.commit()
        return market
