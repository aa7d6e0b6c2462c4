"""The audit's walk along every market's chain: its entries, its book, and what its users hold."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from application.trading.findings import Check, Findings
from application.trading.holders import Holders
from application.trading.journal import Journal, MarketRecord, Part
from application.trading.runs import Runs, paired
from domain.shared.ids import MarketId, UserId
from domain.trading.book import Book, Holding
from domain.trading.difference import Difference, differences
from domain.trading.invariants import backing, round_trips
from domain.trading.ledger import LedgerEntry
from domain.trading.market import Market
from domain.trading.rebuild import rebuild

_NOTHING = Holding(0)


class Chain:
    """One market as its entries rebuild it; `basis` is the cost basis of all positions, in µP."""

    def __init__(self, market: Market, holders: Holders) -> None:
        self.market = market
        self.book = Book(market.id)
        self.basis = 0
        self.holders = holders
        holders.clear()

    def post(self, entries: Iterable[LedgerEntry]) -> Iterator[Difference]:
        """Take over the next entries; what is wrong with them."""
        market, book, holders = self.market, self.book, self.holders
        for entry in entries:
            before = holders.get(entry.user_id) or _NOTHING
            book, after, found = rebuild(market, book, before, self.basis, entry)
            holders.put(entry.user_id, after)
            self.basis += after.position.basis - before.position.basis
            yield from found
        self.book = book


@dataclass(frozen=True, slots=True)
class ChainsAudited:
    """What was found along the chains of a part, its ledger entries, and what its markets hold of points, in µP."""

    findings: Findings
    entries: int
    points: int


async def audit_chains(
    journal: Journal, part: Part, holders: Holders, progress: Callable[[int], None] = lambda _: None
) -> ChainsAudited:
    """Check every market of a part; `progress` is told of the entries checked. Raises Unavailable."""
    audit = _ChainAudit(journal, part, holders, progress)
    await audit()
    return ChainsAudited(audit.findings, audit.entries, audit.points)


class _ChainAudit:
    """Walks the chains of a part once, side by side with its markets and holdings."""

    def __init__(self, journal: Journal, part: Part, holders: Holders, progress: Callable[[int], None]) -> None:
        self._markets = journal.markets(part)
        self._entries = Runs(journal.entries(part), attrgetter("market_id"))
        self._holdings = Runs(journal.holdings(part), attrgetter("market_id"))
        self._holders = holders
        self._progress = progress
        self.findings = Findings()
        self.entries = 0
        self.points = 0

    async def __call__(self) -> None:
        """Check every market, and that there are no entries and holdings of others."""
        async for records in self._markets:
            for record in records:
                await self._market(record)
        async for market_id, entries in self._entries.through():
            self._unknown(Check.ENTRIES, market_id, len(entries))
        async for market_id, holdings in self._holdings.through():
            self._unknown(Check.HOLDINGS, market_id, len(holdings))

    async def _market(self, record: MarketRecord) -> None:
        chain = Chain(record.market, self._holders)
        async for market_id, entries in self._entries.through(record.market.id):
            if market_id == record.market.id:
                self.findings.add(Check.ENTRIES, chain.post(entries))
                self.findings.count(Check.ENTRIES, len(entries))
                self.entries += len(entries)
                self._progress(len(entries))
            else:
                self._unknown(Check.ENTRIES, market_id, len(entries))
        self._book(record, chain.book)
        async for user_id, rebuilt, stored in paired(chain.holders.in_order(), self._stored(record.market)):
            self._holding(record.market, user_id, stored or _NOTHING, rebuilt or _NOTHING)

    def _book(self, record: MarketRecord, rebuilt: Book) -> None:
        add, market, book = self.findings.add, record.market, record.book
        self.findings.count(Check.MARKETS)
        add(Check.MARKETS, differences(f"market {market.id}", book, rebuilt, "book"))
        if book is not None:
            self.points += book.collateral + book.vault_fees + book.lp_fees.accrued
            add(Check.MARKETS, backing(market, book, record.held_yes, record.held_no))
            add(Check.MARKETS, round_trips(market, book))

    async def _stored(self, market: Market) -> AsyncIterator[tuple[UserId, Holding]]:
        async for market_id, records in self._holdings.through(market.id):
            if market_id == market.id:
                for record in records:
                    yield record.user_id, record.holding
            else:
                self._unknown(Check.HOLDINGS, market_id, len(records))

    def _holding(self, market: Market, user_id: UserId, stored: Holding, rebuilt: Holding) -> None:
        self.findings.count(Check.HOLDINGS)
        if stored.position != rebuilt.position or stored.stake != rebuilt.stake:
            subject = f"user {user_id} in market {market.id}"
            self.findings.add(Check.HOLDINGS, differences(subject, stored.position, rebuilt.position, "position"))
            self.findings.add(Check.HOLDINGS, differences(subject, stored.stake, rebuilt.stake, "stake"))

    def _unknown(self, check: Check, market_id: MarketId, number: int) -> None:
        self.findings.count(check, number)
        self.findings.add(check, [Difference(f"market {market_id}", "market", "unknown", f"known, as it has {check}")])
