"""What people and programs read: markets, quotes, portfolios, trades. Reading takes no locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import MarketId, UserId
from domain.trading import cpmm
from domain.trading.book import Book
from domain.trading.cpmm import Fill, Pool
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.listing import Listing
from domain.trading.market import Market, Status
from domain.trading.orders import Buy, BuyShares, Sell, SellFor
from domain.trading.position import Position

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class MarketView:
    """A market with its question and its book."""

    market: Market
    listing: Listing
    book: Book
    created_at: datetime

    @property
    def probability(self) -> int | None:
        """The probability of YES in millionths; none where there is no pool."""
        return self.book.pool.probability if self.book.pool else None


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """What a user holds in one market; `worth` is what it would bring in µP at the present probability."""

    view: MarketView
    position: Position
    stake: Stake

    @property
    def worth(self) -> int:
        """The position at the pool's probability, without the fee and without the price that a sale would move."""
        pool = self.view.book.pool
        if pool is None:
            return 0
        both = pool.yes + pool.no
        return (self.position.yes * pool.no + self.position.no * pool.yes) // both


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A user's points and holdings."""

    user_id: UserId
    balance: int
    lines: Sequence[PortfolioLine]


class TradingQueries(Protocol):
    """Read access to the exchange."""

    async def market(self, market_id: MarketId) -> MarketView:
        """One market. Raises NotFound."""
        ...

    async def markets(
        self, limit: int, after: MarketId | None = None, status: Status | None = None
    ) -> list[MarketView]:
        """Markets in the order of their ids, from the one after `after`."""
        ...

    async def portfolio(self, user_id: UserId) -> Portfolio:
        """What a user has. Raises NotFound."""
        ...

    async def entries(self, market_id: MarketId, limit: int, after_seq: int = 0) -> list[LedgerEntry]:
        """A market's ledger in the order of seq, from the entry after `after_seq`."""
        ...


QuoteForm = Buy | BuyShares | Sell | SellFor

_PRICED = {Buy: cpmm.buy, BuyShares: cpmm.buy_shares, Sell: cpmm.sell, SellFor: cpmm.sell_for}


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would do now: its fill, and the pool before and after."""

    before: Pool
    after: Pool
    fill: Fill


def quote(view: MarketView, form: QuoteForm, now: datetime) -> Quote:
    """Price an order with the function that would execute it. Raises Invalid and Conflict."""
    view.market.require_open(now)
    pool = view.book.pool
    if pool is None:
        raise Conflict("POOL_EMPTY", "The market has no liquidity; add some or wait until somebody does.")
    after, fill = _PRICED[type(form)](pool, form.outcome, _quantity(form), view.market.fee_bps)
    if fill.amount == 0:
        raise Invalid("PROCEEDS_ZERO", "These shares are worth less than 1 µP; sell more at once.")
    return Quote(pool, after, fill)


def _quantity(form: QuoteForm) -> int:
    return form.shares if isinstance(form, BuyShares | Sell) else form.amount
