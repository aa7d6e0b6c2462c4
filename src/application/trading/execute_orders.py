"""Execute a group of orders in one transaction, each for itself: a refusal is that order's answer alone."""

from collections.abc import Sequence
from datetime import datetime

from application.shared.ports import Clock
from application.trading.ports import FirstAnswer, OrderKey, TradingTransaction
from application.trading.working_set import OpenAccount, WorkingSet, lock
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
    working = await lock(transaction.books, ((order.market_id, order.user_id) for order in orders))
    known = await transaction.books.first_answers({(order.user_id, order.key) for order in orders})
    now = clock.now()  # read under the lock, so that no order outlives its time or its market's while it waits
    group = _Group(working, dict(known), now)
    answers = [group.answer(order) for order in orders]
    changes = working.changes
    changes.answers = group.firsts
    if changes:
        await transaction.books.write(changes, now)
    return answers


class _Group:
    """Orders executed one after the other on the same working set."""

    def __init__(self, working: WorkingSet, known: dict[OrderKey, FirstAnswer], now: datetime) -> None:
        self._working = working
        self._known = known
        self._now = now
        self.firsts: dict[OrderKey, FirstAnswer] = {}

    def answer(self, order: Order) -> Answer:
        """The first answer to the order's key, or a new one."""
        try:
            account = self._working.account(order.user_id)
            account.user.require_active()
        except PresageError as refusal:
            return refusal
        key, fingerprint = (order.user_id, order.key), order.fingerprint()
        first = (self._known and self._known.get(key)) or self.firsts.get(key)
        if first is not None:
            return _repeat(first, order, fingerprint)
        answer = self._execute(order, account, fingerprint)
        if isinstance(answer, Placed):
            self.firsts[key] = FirstAnswer(fingerprint, answer.entry)
        elif isinstance(answer, PresageError):
            self.firsts[key] = FirstAnswer(fingerprint, answer)
        return answer

    def _execute(self, order: Order, account: OpenAccount, fingerprint: bytes) -> Answer:
        try:
            market = self._working.open_market(order.market_id)
            executed = execute(market.market, market.book, market.holding(account), order, self._now, fingerprint)
        except Exception as error:  # noqa: BLE001 - an order's own fault, even a bug, must not stop its neighbours
            return error
        self._working.take(executed, market, account)
        return Placed(executed.entry)


def _repeat(first: FirstAnswer, order: Order, fingerprint: bytes) -> Answer:
    if first.fingerprint != fingerprint:
        return Conflict(
            "IDEMPOTENCY_CONFLICT",
            "This idempotency key was used for another order; use a new key.",
            key=order.key,
        )
    if isinstance(first.answer, PresageError):
        return first.answer
    return Placed(first.answer, repeated=True)
