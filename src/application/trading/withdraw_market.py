"""Withdraw a market that one has proposed, while it waits for approval."""

from dataclasses import dataclass

from application.shared.ports import Clock
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock_market
from domain.shared.errors import Forbidden
from domain.shared.ids import MarketId, UserId
from domain.trading.market import Market


@dataclass(frozen=True, slots=True)
class WithdrawMarket:
    """DRAFT → CANCELLED, by its proposer."""

    transactions: TradingTransactions
    clock: Clock

    async def __call__(self, market_id: MarketId, proposer: UserId) -> Market:
        """The market as withdrawn. Raises NotFound, Forbidden, and Conflict where it is no draft."""
        async with self.transactions() as transaction:
            market, _ = await lock_market(transaction.books, market_id)
            if await transaction.markets.proposer(market_id) != proposer:
                raise Forbidden("NOT_YOUR_PROPOSAL", "Only its proposer may withdraw a proposal.")
            market = market.withdraw()
            await transaction.markets.change(market, self.clock.now())
            await transaction.commit()
        return market
