"""Orders that need no answer at once."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, Strict

from application.jobs.contracts import Contract, Payload
from domain.jobs.execution import Queue
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.orders import (
    MAX_KEY_LENGTH,
    Buy,
    BuyShares,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    Order,
    Sell,
    SellFor,
)

MAX_ORDERS = 500
"""Orders of one job."""

Count = Annotated[int, Strict()]
Digits = Annotated[str, Field(pattern=r"^[0-9]+$")]
"""A count of micro-units that a result tells, as every answer of the API does."""

_KINDS: dict[str, type[Instruction]] = {
    kind.__name__: kind for kind in (Buy, BuyShares, Sell, SellFor, Mint, Merge, CloseOut)
}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _KINDS.values()}


class QueuedOrder(Payload):
    """An order of the job's user: the kind of its instruction, and the fields of that."""

    market_id: UUID
    key: str = Field(min_length=1, max_length=MAX_KEY_LENGTH)
    kind: Literal["Buy", "BuyShares", "Sell", "SellFor", "Mint", "Merge", "CloseOut"]
    outcome: Outcome | None = None
    amount: Count | None = None
    shares: Count | None = None
    min_shares: Count | None = None
    max_cost: Count | None = None
    min_proceeds: Count | None = None
    max_shares: Count | None = None
    expires_at: datetime | None = None

    @classmethod
    def of(cls, order: Order) -> Self:
        """An order as it waits."""
        instruction = order.instruction
        told = {name: getattr(instruction, name) for name in _FIELDS[type(instruction)]}
        kind = type(instruction).__name__
        return cls.model_validate(
            {"market_id": order.market_id, "key": order.key, "kind": kind, "expires_at": order.expires_at, **told}
        )

    def order(self, user_id: UserId) -> Order:
        """The order, as a user's own. Raises Invalid."""
        kind = _KINDS[self.kind]
        told = (getattr(self, name) for name in _FIELDS[kind])
        return Order(user_id, MarketId(self.market_id), self.key, kind(*told), self.expires_at)


class PlaceOrders(Payload):
    """Orders of one user, those of one market in the order in which they are to be executed."""

    user_id: UUID
    orders: list[QueuedOrder] = Field(min_length=1, max_length=MAX_ORDERS)

    @classmethod
    def of(cls, user_id: UserId, orders: Sequence[Order]) -> Self:
        """A user's orders as they wait."""
        return cls(user_id=user_id, orders=[QueuedOrder.of(order) for order in orders])


class SharesMoved(Payload):
    """Micro-shares of each outcome."""

    yes: Digits
    no: Digits


class Filled(Payload):
    """An order that was filled; `replayed` where its key had been answered before."""

    status: Literal["filled"] = "filled"
    idempotency_key: str
    market_id: UUID
    replayed: bool
    seq: int
    action: str
    outcome: Outcome | None
    amount: Digits
    shares: SharesMoved
    fee: Digits
    price: Digits | None
    executed_at: datetime


class Refused(Payload):
    """An order that was refused, and why."""

    status: Literal["refused"] = "refused"
    idempotency_key: str
    market_id: UUID
    replayed: bool
    code: str
    message: str


class OrdersPlaced(Payload):
    """One answer for each order, in their order."""

    answers: list[Filled | Refused]


EXECUTE_TRADES = Contract(
    name="trade.execute", queue=Queue.TRADES, payload=PlaceOrders, time_limit=timedelta(minutes=2)
)
