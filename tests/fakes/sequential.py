"""Orders one after the other through the pure domain: what any desk over any store must amount to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from application.trading.ports import HolderKey, OrderKey
from domain.shared.errors import PresageError
from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_POSITION, NO_STAKE, Book, Holding
from domain.trading.execution import execute
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.orders import Order
from domain.trading.position import Position


@dataclass(slots=True)
class Sequential:
    """Markets, users and what they hold, without a store, a desk or a group."""

    markets: dict[MarketId, Market] = field(default_factory=dict)
    books: dict[MarketId, Book] = field(default_factory=dict)
    balances: dict[UserId, int] = field(default_factory=dict)
    positions: dict[HolderKey, Position] = field(default_factory=dict)
    stakes: dict[HolderKey, Stake] = field(default_factory=dict)
    answers: dict[OrderKey, tuple[bytes, LedgerEntry | str]] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)

    def place_all(self, orders: Iterable[Order], now: datetime) -> list[LedgerEntry | str]:
        """The entry or the refusal's code for each order."""
        return [self.place(order, now) for order in orders]

    def place(self, order: Order, now: datetime) -> LedgerEntry | str:
        """The order's entry, or the code of its refusal; a repeated key gets its first answer."""
        known = self.answers.get((order.user_id, order.key))
        if known is not None:
            return known[1] if known[0] == order.fingerprint() else "IDEMPOTENCY_CONFLICT"
        try:
            answer: LedgerEntry | str = self._execute(order, now)
        except PresageError as refusal:
            answer = refusal.code
        self.answers[order.user_id, order.key] = order.fingerprint(), answer
        return answer

    def _execute(self, order: Order, now: datetime) -> LedgerEntry:
        market_id, user_id = key = order.market_id, order.user_id
        position, stake = self.positions.get(key, NO_POSITION), self.stakes.get(key, NO_STAKE)
        holding = Holding(self.balances[user_id], position, stake)
        done = execute(self.markets[market_id], self.books[market_id], holding, order, now)
        self.books[market_id] = done.book
        self.balances[user_id] = done.holding.balance
        self.positions[key], self.stakes[key] = done.holding.position, done.holding.stake
        self.entries.extend(done.entries)
        return done.entry
