"""The end of a market's chain, held against its book without the entries before it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.trading.book import Book
from domain.trading.cpmm import Pool
from domain.trading.difference import Difference, differences
from domain.trading.ledger import GENESIS, LedgerEntry, content_hash


def check_tail(book: Book, entries: Sequence[LedgerEntry]) -> Iterator[Difference]:
    """What is wrong with the last entries of a chain, in their order: each must be sealed, follow from the one before
    it, and the last one leave the book as it is."""
    for entry in entries:
        yield from differences(_name(entry), entry.hash, content_hash(entry), "hash")
    for before, entry in pairwise(entries):
        yield from _link(before, entry)
    if entries and entries[0].seq == 1:
        yield from differences(_name(entries[0]), entries[0].prev_hash, GENESIS, "prev_hash")
    subject = f"market {book.market_id}"
    seq, head = (entries[-1].seq, entries[-1].hash) if entries else (0, GENESIS)
    yield from differences(subject, book.seq, seq, "book.seq")
    yield from differences(subject, book.head, head, "book.head")
    if entries:
        yield from differences(subject, book.collateral, entries[-1].collateral_after, "book.collateral")
        yield from differences(subject, book.pool, _pool_after(entries[-1]), "book.pool")


def _link(before: LedgerEntry, entry: LedgerEntry) -> Iterator[Difference]:
    subject, collateral = _name(entry), before.collateral_after + entry.collateral_change
    yield from differences(subject, entry.seq, before.seq + 1, "seq")
    yield from differences(subject, entry.prev_hash, before.hash, "prev_hash")
    yield from differences(subject, entry.collateral_after, collateral, "collateral_after")
    yield from differences(subject, entry.pool_yes_before, before.pool_yes_after, "pool_yes_before")
    yield from differences(subject, entry.pool_no_before, before.pool_no_after, "pool_no_before")


def _pool_after(entry: LedgerEntry) -> Pool | None:
    return Pool(entry.pool_yes_after, entry.pool_no_after) if entry.pool_yes_after else None


def _name(entry: LedgerEntry) -> str:
    return f"entry {entry.seq} of market {entry.market_id}"
