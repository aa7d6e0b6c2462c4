"""Propose a market: a DRAFT that waits for approval."""

from dataclasses import dataclass
from datetime import datetime

from application.shared.ports import Clock, Ids
from application.trading.ports import TradingTransactions
from domain.shared.errors import Invalid
from domain.shared.ids import MarketId, UserId
from domain.trading.listing import Listing
from domain.trading.market import Market, Status


@dataclass(frozen=True, slots=True)
class Fees:
    """What a market charges: `fee_bps` of the amount, of which `lp_fee_bps` (basis points of the fee) go to the
    liquidity providers."""

    fee_bps: int = 200
    lp_fee_bps: int = 5_000


DEFAULT_FEES = Fees()


@dataclass(frozen=True, slots=True)
class OpenMarket:
    """Adds a market in DRAFT with an empty pool."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids

    async def __call__(
        self,
        listing: Listing,
        closes_at: datetime,
        proposed_by: UserId,
        fees: Fees | None = None,
        market_id: MarketId | None = None,
    ) -> Market:
        """The new market. Raises Invalid, and Conflict where `market_id` is taken."""
        fees, now = fees or DEFAULT_FEES, self.clock.now()
        market = Market(market_id or MarketId(self.ids.new()), Status.DRAFT, closes_at, fees.fee_bps, fees.lp_fee_bps)
        if closes_at <= now:
            raise Invalid("CLOSES_IN_THE_PAST", "Give a closing time in the future.", closes_at=closes_at.isoformat())
        async with self.transactions() as transaction:
            await transaction.markets.add(market, listing, proposed_by, now)
            await transaction.commit()
        return market
