"""Faults planted on purpose, each of which a check must find: whoever sees none of them is blind."""

import random
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from adapters.postgres.books import PostgresBooks
from adapters.postgres.session import session
from adapters.postgres.transactions import PostgresTransaction, PostgresTransactions
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock
from domain.accounts.user import User
from domain.shared.ids import MarketId, UserId
from domain.trading.book import post
from domain.trading.cpmm import Outcome
from domain.trading.ledger import LedgerEntry, unit_price
from domain.trading.orders import Buy
from domain.trading.scene import Executed, Scene
from domain.trading.trades import buy

BLIND = "the harness is blind: it did not see the planted fault"


class UnorderedBooks(PostgresBooks):
    """Locks users one by one in no order, as two transactions must not."""

    async def lock_users(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Lock users in random order; those unknown are left out."""
        found: dict[UserId, User] = {}
        for user_id in random.sample(list(ids), len(ids)):
            found.update(await super().lock_users([user_id]))
        return found


class UnorderedTransactions(PostgresTransactions):
    """Opens transactions that lock users in random order."""

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[PostgresTransaction]:
        """A transaction, rolled back on leaving it unless committed."""
        async with session(self._engine) as opened:
            transaction = PostgresTransaction(opened)
            transaction.books = UnorderedBooks(opened)
            yield transaction


async def buy_rounded_for_the_trader(
    transactions: TradingTransactions, market_id: MarketId, user_id: UserId, amount: int, now: datetime
) -> LedgerEntry:
    """Commit a purchase of YES priced with ⌊⌋ where the pool is owed ⌈⌉; its entry, chained like any other."""
    async with transactions() as transaction:
        working = await lock(transaction.books, [(market_id, user_id)])
        scene = Scene(
            working.market(market_id), working.book(market_id), user_id, working.holding(market_id, user_id), now
        )
        executed = rounded_for_the_trader(scene, amount)
        working.apply(executed)
        await transaction.books.write(working.changes, now)
        await transaction.commit()
    return executed.entry


def rounded_for_the_trader(scene: Scene, amount: int) -> Executed:
    """The purchase, past the guard that would refuse it: one micro-share more for the trader, one less in the pool."""
    fair = buy(scene, Buy(Outcome.YES, amount)).entry
    shares = fair.yes_after - fair.yes_before + 1
    entry = replace(
        fair,
        yes_after=fair.yes_after + 1,
        pool_yes_after=fair.pool_yes_after - 1,
        price=unit_price(amount, shares),
        hash=b"",
    )
    return Executed(*post(scene.book, scene.holding, entry), (entry,))
