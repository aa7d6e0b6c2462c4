"""What an audit needs of a store: everything that is written there, as it stood at one moment, page by page."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from domain.shared.ids import MarketId, UserId
from domain.trading.book import Book, Holding
from domain.trading.ledger import LedgerEntry
from domain.trading.market import Market

T = TypeVar("T")
Pages = AsyncIterator[Sequence[T]]


@dataclass(frozen=True, slots=True)
class Size:
    """How many ledger entries there are, and how many entries and refusals that bear an idempotency key."""

    entries: int
    keys: int


@dataclass(frozen=True, slots=True)
class Part:
    """The markets with ids from `first` to `last`, both included; all that can be, unless told otherwise."""

    first: MarketId = MarketId(UUID(int=0))
    last: MarketId = MarketId(UUID(int=2**128 - 1))

    def after(self, last: MarketId) -> "Part":
        """What of it comes after a market."""
        return Part(MarketId(UUID(int=last.int + 1)), self.last)


@dataclass(frozen=True, slots=True)
class MarketRecord:
    """A market, its book (None where it is missing), and the micro-shares in all positions together."""

    market: Market
    book: Book | None
    held_yes: int
    held_no: int


@dataclass(frozen=True, slots=True)
class HoldingRecord:
    """What a user holds in a market; its balance is of no account."""

    market_id: MarketId
    user_id: UserId
    holding: Holding


@dataclass(frozen=True, slots=True)
class Account:
    """A user's points in µP: the balance (None where there is no such user), the sum of his grants, what he received
    in the ledger less what he paid, and over all markets what he realised and the basis of what he holds."""

    user_id: UserId
    balance: int | None
    granted: int
    traded: int
    realised: int
    basis: int


@dataclass(frozen=True, slots=True)
class KeyFault:
    """An idempotency key with more than one answer: so many fills and refusals."""

    user_id: UserId
    key: str
    fills: int
    refusals: int


class Journal(Protocol):
    """The records of the exchange at one moment. Streams may be read side by side. Each may raise Unavailable."""

    async def size(self) -> Size:
        """How much there is to check."""
        ...

    async def parts(self, entries: int) -> Sequence[Part]:
        """Parts that follow each other and are everything together, with about so many `entries` in each."""
        ...

    async def share(self) -> str:
        """The name by which others may open a journal on the same moment, as long as this one is open."""
        ...

    def markets(self, part: Part) -> Pages[MarketRecord]:
        """Every market of a part, in the order of ids."""
        ...

    def entries(self, part: Part) -> Pages[LedgerEntry]:
        """The ledger of a part, in the order of market and seq."""
        ...

    def holdings(self, part: Part) -> Pages[HoldingRecord]:
        """What everybody holds in a part, in the order of market and user; who holds nothing may be left out."""
        ...

    def accounts(self) -> Pages[Account]:
        """Every user, and every user id that a grant, an entry or a holding names, in any order."""
        ...

    def key_faults(self) -> Pages[KeyFault]:
        """Idempotency keys that were answered more than once, in any order.

        An entry that was made with the next one, as a claim with the removal of liquidity, is no answer of its own.
        """
        ...


class Journals(Protocol):
    """Opens journals."""

    def __call__(self, shared: str | None = None) -> AbstractAsyncContextManager[Journal]:
        """A journal on a snapshot of this moment, or on one that another journal shares."""
        ...
