"""Another store's transactions, with what a test lets happen in them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from application.jobs.ports import Jobs
from application.shared.administration import AdminLog
from application.trading.ports import (
    Books,
    Changes,
    HolderKey,
    Holders,
    Known,
    Markets,
    TradingTransaction,
    TradingTransactions,
    Treasury,
)
from domain.accounts.user import User
from domain.shared.ids import MarketId, UserId
from domain.trading.book import Book
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.orders import Order
from domain.trading.position import Position


async def _nothing() -> None:
    pass


async def _accept(_: Changes) -> None:
    pass


def answered(changes: Changes) -> list[str]:
    """The keys of the orders that are filled or refused by these changes."""
    filled = dict.fromkeys(entry.key for entry in changes.entries if entry.key is not None)
    return [*filled, *(key for _, key in changes.refusals)]


@dataclass(slots=True)
class Faults:
    """What happens at each moment of a transaction: it may wait, or raise what a store would raise there."""

    before_open: Callable[[], Awaitable[None]] = _nothing
    before_lock: Callable[[], Awaitable[None]] = _nothing
    before_write: Callable[[Changes], Awaitable[None]] = _accept
    before_commit: Callable[[], Awaitable[None]] = _nothing
    after_commit: Callable[[], Awaitable[None]] = _nothing


class FaultyBooks:
    """Implements the Books port over another store's."""

    def __init__(self, books: Books, faults: Faults) -> None:
        self._books = books
        self._faults = faults

    async def lock_markets(self, ids: Collection[MarketId]) -> Mapping[MarketId, tuple[Market, Book]]:
        await self._faults.before_lock()
        return await self._books.lock_markets(ids)

    async def lock_users(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        return await self._books.lock_users(ids)

    async def holdings(self, keys: Collection[HolderKey]) -> Mapping[HolderKey, tuple[Position, Stake]]:
        return await self._books.holdings(keys)

    async def known(self, orders: Sequence[Order]) -> Sequence[Known]:
        return await self._books.known(orders)

    async def write(self, changes: Changes, now: datetime) -> None:
        await self._faults.before_write(changes)
        await self._books.write(changes, now)


class FaultyTransaction:
    """Implements TradingTransaction over another store's."""

    def __init__(self, transaction: TradingTransaction, faults: Faults) -> None:
        self.books: Books = FaultyBooks(transaction.books, faults)
        self.holders: Holders = transaction.holders
        self.markets: Markets = transaction.markets
        self.treasury: Treasury = transaction.treasury
        self.admin_log: AdminLog = transaction.admin_log
        self.jobs: Jobs = transaction.jobs
        self._commit = transaction.commit
        self._faults = faults

    async def commit(self) -> None:
        await self._faults.before_commit()
        await self._commit()
        await self._faults.after_commit()


def faulty(transactions: TradingTransactions, faults: Faults) -> TradingTransactions:
    """The same transactions, with these faults."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[TradingTransaction]:
        await faults.before_open()
        async with transactions() as transaction:
            yield FaultyTransaction(transaction, faults)

    def open_one() -> AbstractAsyncContextManager[TradingTransaction]:
        return opened()

    return open_one
