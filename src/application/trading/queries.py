"""What people and programs read first: a market, its price, its ledger. Reading takes no locks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import MarketId
from domain.trading import cpmm
from domain.trading.book import Book
from domain.trading.cpmm import Fill, Pool
from domain.trading.ledger import LedgerEntry
from domain.trading.listing import Listing
from domain.trading.market import Market
from domain.trading.orders import Buy, BuyShares, Sell, SellFor


@dataclass(frozen=True, slots=True)
class MarketView:
    """A market with its question and its book; `covered` where it has a cover."""

    market: Market
    listing: Listing
    book: Book
    created_at: datetime
    covered: bool = False

    @property
    def opened(self) -> bool:
        """Whether it was ever approved: its ledger then begins with its liquidity."""
        return self.book.seq > 0

    @property
    def probability(self) -> int | None:
        """The probability of YES in millionths; none where there is no pool."""
        return self.book.pool.probability if self.book.pool else None


class TradingQueries(Protocol):
    """Read access to one market."""

    async def market(self, market_id: MarketId) -> MarketView:
        """One market. Raises NotFound."""
        ...

    async def entries(self, market_id: MarketId, limit: int, after_seq: int = 0) -> list[LedgerEntry]:
        """A market's ledger in the order of seq, from the entry after `after_seq`. Raises Invalid."""
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
