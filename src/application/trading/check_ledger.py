"""Check a sample of the ledger: the last entries of some markets; `presage audit` checks all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.shared.checks import Finding, Grade
from domain.trading.book import Book
from domain.trading.ledger import LedgerEntry
from domain.trading.tail import check_tail

MARKETS = 20
ENTRIES = 50
"""Of each market, the last ones."""

MOST_SHOWN = 10
"""Differences that a finding names."""


@dataclass(frozen=True, slots=True)
class Tail:
    """A market's book and the last entries of its chain in their order, as they stood at one moment."""

    book: Book
    entries: Sequence[LedgerEntry]


class Tails(Protocol):
    """Read access to the ends of chains."""

    async def sample(self, markets: int, entries: int) -> Sequence[Tail]:
        """Those of some markets that have any, chosen at random. May raise Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class CheckLedger:
    """Reads a bounded sample, beside trading and without locks."""

    tails: Tails

    async def __call__(self) -> Finding:
        """Raises Unavailable."""
        tails = await self.tails.sample(MARKETS, ENTRIES)
        entries = sum(len(tail.entries) for tail in tails)
        found = [str(difference) for tail in tails for difference in check_tail(tail.book, tail.entries)]
        if found:
            text = f"{len(found):,} differences in {entries:,} entries; run `presage audit`."
            return Finding(Grade.CRITICAL, text, found[:MOST_SHOWN])
        return Finding(Grade.HEALTHY, f"{entries:,} entries of {len(tails):,} markets are sealed and chained.")
