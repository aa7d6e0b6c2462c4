"""Rebuilding a market of the small exchange from its entries, with the functions of the domain."""

from collections import defaultdict
from collections.abc import Sequence

from domain.shared.ids import UserId
from domain.trading.book import Book, Holding
from domain.trading.difference import Difference
from domain.trading.ledger import LedgerEntry
from domain.trading.market import Market
from domain.trading.rebuild import rebuild


def rebuilt(market: Market, entries: Sequence[LedgerEntry]) -> tuple[Book, dict[UserId, Holding], list[Difference]]:
    """The book and holdings after the entries, their balances apart, and every difference found on the way."""
    book, holdings, found = Book(market.id), defaultdict[UserId, Holding](lambda: Holding(0)), list[Difference]()
    for entry in entries:
        basis = sum(holding.position.basis for holding in holdings.values())
        book, holdings[entry.user_id], wrong = rebuild(market, book, holdings[entry.user_id], basis, entry)
        found += wrong
    return book, holdings, found
