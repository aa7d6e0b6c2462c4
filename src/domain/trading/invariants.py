"""What must hold of every market at every moment, however it came there."""

from collections.abc import Callable, Iterator

from domain.shared.errors import Invalid
from domain.trading import cpmm
from domain.trading.book import Book
from domain.trading.cpmm import Fill, Outcome, Pool
from domain.trading.difference import Difference, differences
from domain.trading.market import Market, Status

Trade = Callable[[Pool, Outcome, int, int], tuple[Pool, Fill]]

ROUND_TRIP = 10
"""A round trip spends the pool's larger reserve divided by this."""


def backing(market: Market, book: Book, held_yes: int, held_no: int) -> Iterator[Difference]:
    """Where shares and collateral part: pool + held = collateral, in both outcomes until the market ends and then in
    the one that won; a settled market has nothing left.

    `held_yes` and `held_no` are the micro-shares in all positions together.
    """
    subject = f"market {market.id}"
    yes, no = (book.pool.yes, book.pool.no) if book.pool else (0, 0)
    if not market.status.ended or market.outcome is Outcome.YES:
        yield from differences(subject, yes + held_yes, book.collateral, "YES shares in pool and positions")
    if not market.status.ended or market.outcome is Outcome.NO:
        yield from differences(subject, no + held_no, book.collateral, "NO shares in pool and positions")
    if market.settled:
        left = yes, no, book.lp_supply, book.collateral, book.vault_fees, book.lp_fees.accrued, held_yes, held_no
        yield from differences(subject, any(left), False, "anything left after settlement")


def round_trips(market: Market, book: Book, buy: Trade = cpmm.buy, sell: Trade = cpmm.sell) -> Iterator[Difference]:
    """Where buying from an open market's pool and selling at once would profit."""
    if market.status is not Status.ACTIVE or book.pool is None:
        return
    amount = max(book.pool.yes, book.pool.no) // ROUND_TRIP + 1
    for outcome in Outcome:
        try:
            pool, bought = buy(book.pool, outcome, amount, market.fee_bps)
            _, sold = sell(pool, outcome, bought.shares, market.fee_bps)
        except Invalid:  # beyond the bounds of a pool or of an order
            continue
        if sold.amount > amount:
            most = f"at most {amount}"
            yield Difference(f"market {market.id}", f"proceeds of a round trip in {outcome}", str(sold.amount), most)
