"""What a market's report says. Points are µP, shares micro-shares, probabilities of YES in millionths."""

from dataclasses import dataclass
from datetime import datetime

from application.reports.course import Course
from application.reports.listed import Listed
from application.reports.sound import DoesNotAddUp, require_equal
from domain.shared.ids import UserId
from domain.trading.book import Book
from domain.trading.cpmm import Outcome
from domain.trading.invariants import backing
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.listing import Listing
from domain.trading.market import Market
from domain.trading.position import Position


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """A market with its question and its book, and the first and the last entry of its ledger."""

    market: Market
    listing: Listing
    book: Book
    proposed_by: UserId
    created_at: datetime
    first: LedgerEntry | None
    last: LedgerEntry | None


@dataclass(frozen=True, slots=True)
class LedgerSums:
    """A market's ledger, summed up.

    Of its trades: their number, who made them, what they paid and received. Of all `entries`: what they added to the
    collateral, the fees and what was taken out of them. Of its settlement: how many holders and liquidity providers
    were paid, how much, and what nobody was left to claim.
    """

    entries: int
    trades: int
    traders: int
    volume: int
    collateral: int
    vault_fees: int
    lp_fees: int
    swept: int
    claimed: int
    holders: int
    to_holders: int
    providers: int
    to_providers: int
    rest: int

    @property
    def fees(self) -> int:
        """What traders paid in fees."""
        return self.vault_fees + self.lp_fees


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds shares, and what they are worth; of a market that is being paid out, who held them and what he got."""

    handle: str
    yes: int
    no: int
    worth: int


@dataclass(frozen=True, slots=True)
class HoldersFound:
    """The greatest holders with their positions, how many there are, and the shares of all together."""

    greatest: list[tuple[str, Position]]
    number: int
    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class TradeLine:
    """One trade. `amount` is what the trader paid or received, `price` that of a whole share."""

    seq: int
    at: datetime
    handle: str
    action: Action
    outcome: Outcome | None
    shares: int
    price: int | None
    fee: int
    amount: int
    probability: int | None


@dataclass(frozen=True, slots=True)
class MarketReport:
    """A market as it stood at one moment. Raises DoesNotAddUp when built of figures that contradict each other.

    `trades` are the last ones, the newest first. Without a `course` the market was never opened.
    """

    facts: MarketFacts
    sums: LedgerSums
    unpaid: HoldersFound
    holders: Listed[Holder]
    trades: Listed[TradeLine]
    course: Course | None
    made_at: datetime

    def __post_init__(self) -> None:
        book, sums = self.facts.book, self.sums
        require_equal("ledger entries", sums.entries, book.seq)
        require_equal("collateral", sums.collateral, book.collateral)
        require_equal("fees of the vault", sums.vault_fees - sums.swept, book.vault_fees)
        require_equal("fees of the providers", sums.lp_fees - sums.claimed, book.lp_fees.accrued)
        if self.trades.whole:
            require_equal("volume", sum(trade.amount for trade in self.trades.items), sums.volume)
            require_equal("fees", sum(trade.fee for trade in self.trades.items), sums.fees)
        for difference in backing(self.facts.market, book, self.unpaid.yes, self.unpaid.no):
            raise DoesNotAddUp(str(difference))

    @property
    def opening(self) -> int | None:
        """The probability at which it opened."""
        return self.course.first if self.course else None

    @property
    def probability(self) -> int | None:
        """The last probability at which it was traded."""
        if self.course is None:
            return None
        return self.course.stretches[-1].last if self.course.stretches else self.course.first
