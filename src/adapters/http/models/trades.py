"""Trades: orders for the desk, and what became of them."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import BeforeValidator

from adapters.http.models.base import Answer
from adapters.http.models.fields import Digits, MicroUnits, Moment, named, probability_of
from adapters.http.models.orders import TRADES, Forms, OrderForm, actions_of
from adapters.http.models.shares import Shares
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome, Pool
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.orders import Order


class PlaceTrade(OrderForm):
    """An order, with the bound that fits its form: fewer shares, a higher cost, lower proceeds are refused."""

    forms: ClassVar[Forms] = TRADES

    market_id: UUID
    action: Annotated[Action, BeforeValidator(named(actions_of(TRADES), "ACTION_UNKNOWN"))]
    min_shares: MicroUnits | None = None
    max_cost: MicroUnits | None = None
    min_proceeds: MicroUnits | None = None
    max_shares: MicroUnits | None = None
    expires_at: Moment | None = None

    def order(self, user_id: UserId, key: str) -> Order:
        """The order, as a user's own."""
        return Order(user_id, MarketId(self.market_id), key, self._instruction(), self.expires_at)


class EntryAnswer(Answer):
    """One entry of a market's ledger.

    `amount` µP were paid (BUY, MINT) or received for `shares`; `position` is what the user then held.
    `price` is µP for a whole share of the outcome.
    """

    market_id: UUID
    seq: int
    user_id: UUID
    action: Action
    outcome: Outcome | None
    amount: Digits
    shares: Shares
    fee: Digits
    price: Digits | None
    probability_before: float | None
    probability_after: float | None
    position: Shares
    executed_at: datetime


class TradeAnswer(EntryAnswer):
    """One of the user's own entries, with the key of its order."""

    idempotency_key: str | None

    @classmethod
    def of(cls, entry: LedgerEntry) -> Self:
        """A trade from the ledger."""
        return cls(**fields_of(entry), idempotency_key=entry.key)


def fields_of(entry: LedgerEntry) -> dict[str, Any]:
    """The fields of an EntryAnswer."""
    return {
        "market_id": entry.market_id,
        "seq": entry.seq,
        "user_id": entry.user_id,
        "action": entry.action,
        "outcome": entry.outcome,
        "amount": entry.amount_in or entry.amount_out,
        "shares": Shares(yes=abs(entry.yes_after - entry.yes_before), no=abs(entry.no_after - entry.no_before)),
        "fee": entry.fee,
        "price": entry.price if entry.outcome else None,
        "probability_before": _probability(entry.pool_yes_before, entry.pool_no_before),
        "probability_after": _probability(entry.pool_yes_after, entry.pool_no_after),
        "position": Shares(yes=entry.yes_after, no=entry.no_after),
        "executed_at": entry.executed_at,
    }


def _probability(yes: int, no: int) -> float | None:
    return probability_of(Pool(yes, no)) if yes else None
