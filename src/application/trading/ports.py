"""What the trading use cases need of a store. Every method but `commit` may raise Unavailable."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from application.jobs.ports import Jobs
from application.shared.administration import AdminLog
from domain.accounts.user import User
from domain.shared.errors import PresageError
from domain.shared.ids import MarketId, UserId
from domain.shared.value import value
from domain.trading.book import NO_POSITION, NO_STAKE, Book
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.listing import Listing
from domain.trading.market import Market
from domain.trading.orders import Order
from domain.trading.position import Position

HolderKey = tuple[MarketId, UserId]
OrderKey = tuple[UserId, str]


@value
class Refusal:
    """What refused an order, with its fingerprint: the answer to its idempotency key from then on."""

    fingerprint: bytes
    error: PresageError


FirstAnswer = LedgerEntry | Refusal
"""What an idempotency key was first answered: the order's own entry, or its refusal."""


@value
class Known:
    """What the books know of an order: what its user holds in its market, and the first answer to its key, if any."""

    position: Position = NO_POSITION
    stake: Stake = NO_STAKE
    answer: FirstAnswer | None = None


@dataclass(slots=True)
class Changes:
    """Everything that one transaction writes: the values as they stand after it, and the new entries."""

    books: dict[MarketId, Book] = field(default_factory=dict)
    balances: dict[UserId, int] = field(default_factory=dict)
    positions: dict[HolderKey, Position] = field(default_factory=dict)
    stakes: dict[HolderKey, Stake] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    refusals: dict[OrderKey, Refusal] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries or self.refusals)


class Books(Protocol):
    """The books, under lock, inside one transaction. Lock markets first, then users."""

    async def lock_markets(self, ids: Collection[MarketId]) -> Mapping[MarketId, tuple[Market, Book]]:
        """Lock markets in the order of their ids; those unknown are left out."""
        ...

    async def lock_users(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Lock users in the order of their ids; those unknown are left out."""
        ...

    async def holdings(self, keys: Collection[HolderKey]) -> Mapping[HolderKey, tuple[Position, Stake]]:
        """What locked users hold in locked markets; those who hold nothing may be left out."""
        ...

    async def known(self, orders: Sequence[Order]) -> Sequence[Known]:
        """What is known of each order of locked users on locked markets, in their order."""
        ...

    async def write(self, changes: Changes, now: datetime) -> None:
        """Write values and entries. Raises StoreError where the store refuses them."""
        ...


class Holders(Protocol):
    """Who is still to be paid in a locked market, page by page in the order of user ids."""

    async def unpaid_holders(self, market_id: MarketId, limit: int) -> Sequence[UserId]:
        """Users with shares of either outcome."""
        ...

    async def unpaid_providers(self, market_id: MarketId, limit: int) -> Sequence[UserId]:
        """Users with LP shares."""
        ...

    async def open_basis(self, market_id: MarketId) -> int:
        """The cost basis of all shares of both outcomes still held, in µP."""
        ...


class Markets(Protocol):
    """Markets as they are proposed and changed."""

    async def add(self, market: Market, listing: Listing, proposed_by: UserId, now: datetime) -> None:
        """Add a market with an empty book. Raises Conflict where the id is taken."""
        ...

    async def listing(self, market_id: MarketId) -> Listing:
        """The question of a market. Raises NotFound."""
        ...

    async def change(self, market: Market, now: datetime) -> None:
        """Store a locked market's status, closing time, outcome and settlement."""
        ...

    async def edit(self, market: Market, listing: Listing, now: datetime) -> None:
        """Store a locked market's question, closing time and fees."""
        ...

    async def proposer(self, market_id: MarketId) -> UserId:
        """Who proposed a market. Raises NotFound."""
        ...

    async def drafts(self, proposer: UserId) -> int:
        """How many drafts of a locked user wait for approval."""
        ...


class Treasury(Protocol):
    """Who provides opening liquidity and receives the vault's fees."""

    async def treasury_id(self) -> UserId:
        """The treasury's account. Raises NotFound before there is one."""
        ...


class TradingTransaction(Protocol):
    """One transaction: rolled back on leaving it unless committed."""

    @property
    def books(self) -> Books: ...
    @property
    def holders(self) -> Holders: ...
    @property
    def markets(self) -> Markets: ...
    @property
    def treasury(self) -> Treasury: ...
    @property
    def admin_log(self) -> AdminLog: ...

    @property
    def jobs(self) -> Jobs: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


TradingTransactions = Callable[[], AbstractAsyncContextManager[TradingTransaction]]
