"""What holdings are worth before anything is sold or paid. All worths are µP, rounded down."""

from datetime import datetime

from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import UserId
from domain.trading.book import Book, Holding
from domain.trading.cpmm import YES, Pool
from domain.trading.liquidity import Stake
from domain.trading.market import Market, Status
from domain.trading.orders import CloseOut
from domain.trading.position import Position
from domain.trading.scene import Scene
from domain.trading.trades import close_out


def marked(pool: Pool, yes: int, no: int) -> int:
    """Micro-shares at the pool's probability, without the fee and without the price that a sale would move."""
    return (yes * pool.no + no * pool.yes) // (pool.yes + pool.no)


def position_worth(market: Market, pool: Pool | None, position: Position) -> int:
    """A position marked to market; once the market is resolved what it pays, once cancelled what it cost.

    Without a pool only the pairs of both sides have a price, that of merging them. A refund may fall short of cost.
    """
    if market.outcome is not None:
        return position.shares(market.outcome)
    if market.status is Status.CANCELLED:
        return position.basis
    return min(position.yes, position.no) if pool is None else marked(pool, position.yes, position.no)


def stake_worth(market: Market, book: Book, stake: Stake) -> int:
    """A provider's part of the reserves marked to market, without fees; once resolved what the part pays.

    Of a cancelled market it is an estimate: the providers get what the holders' refunds leave.
    """
    if book.pool is None:
        return 0
    yes = book.pool.yes * stake.shares // book.lp_supply
    no = book.pool.no * stake.shares // book.lp_supply
    if market.outcome is not None:
        return yes if market.outcome is YES else no
    return marked(book.pool, yes, no)


def claimable(book: Book, stake: Stake) -> int:
    """The fees that a provider could claim now."""
    return book.lp_fees.payable_to(stake, book.lp_supply) if stake.shares else 0


def closing_worth(market: Market, book: Book, user_id: UserId, position: Position, now: datetime) -> int | None:
    """What closing the position out now would bring; None where the market would refuse it."""
    try:
        market.require_open(now)
        if not position.yes and not position.no:
            return 0
        return close_out(Scene(market, book, user_id, Holding(0, position), now), CloseOut()).entry.amount_out
    except (Conflict, Invalid):
        return None
