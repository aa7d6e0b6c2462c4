"""Execute a group of orders in one transaction, each for itself: a refusal is that order's answer alone."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from application.shared.ports import Clock
from application.trading.ports import FirstAnswer, Known, OrderKey, Refusal, TradingTransaction
from application.trading.working_set import OpenAccount, WorkingSet, lock_rows
from domain.shared.errors import Conflict, PresageError
from domain.shared.value import value
from domain.trading.execution import execute
from domain.trading.ledger import LedgerEntry
from domain.trading.orders import Order


@value
class Placed:
    """An order that was filled; `repeated` where its key had been answered before."""

    entry: LedgerEntry
    repeated: bool = False


Answer = Placed | Exception


async def execute_orders(transaction: TradingTransaction, orders: Sequence[Order], clock: Clock) -> list[Answer]:
    """Answer orders in the order given and write what they change, uncommitted.

    An answer that is an exception belongs to that order; nothing of it is written but the memory of a refusal.
    """
    books = transaction.books
    working = await lock_rows(books, {order.market_id for order in orders}, {order.user_id for order in orders})
    known = await books.known(orders)
    now = clock.now()  # read under the lock, so that no order outlives its time or its market's while it waits
    group = _Group(working, now)
    answers = list(map(group.answer, orders, known))
    changes = working.changes
    changes.refusals = group.refusals
    if changes:
        await books.write(changes, now)
    return answers


class _Group:
    """Orders executed one after the other on the same working set."""

    def __init__(self, working: WorkingSet, now: datetime) -> None:
        self._working = working
        self._now = now
        self.refusals: dict[OrderKey, Refusal] = {}

    def answer(self, order: Order, known: Known) -> Answer:
        """The first answer to the order's key, or a new one."""
        try:
            account = self._working.account(order.user_id)
            account.user.require_active()
        except PresageError as refusal:
            return refusal
        fingerprint = order.fingerprint()
        first = known.answer or account.answers.get(order.key)
        if first is not None:
            return _repeat(first, order, fingerprint)
        try:
            entry = self._execute(order, known, account, fingerprint)
        except PresageError as error:
            account.answers[order.key] = self.refusals[order.user_id, order.key] = Refusal(fingerprint, error)
            return error
        except Exception as error:  # noqa: BLE001 - an order's own fault, even a bug, must not stop its neighbours
            return error
        account.answers[order.key] = entry
        return Placed(entry)

    def _execute(self, order: Order, known: Known, account: OpenAccount, fingerprint: bytes) -> LedgerEntry:
        market = self._working.open_market(order.market_id)
        market.held[account] = known.position, known.stake
        executed = execute(market.market, market.book, market.holding(account), order, self._now, fingerprint)
        self._working.take(executed, market, account)
        return executed.entry


def _repeat(first: FirstAnswer, order: Order, fingerprint: bytes) -> Answer:
    if first.fingerprint != fingerprint:
        return Conflict(
            "IDEMPOTENCY_CONFLICT",
            "This idempotency key was used for another order; use a new key.",
            key=order.key,
        )
    if isinstance(first, Refusal):
        error = copy(first.error)
        error.repeated = True
        return error
    return Placed(first, repeated=True)
