"""Batches: many orders in one request."""

from typing import Annotated

from pydantic import Field

from adapters.http.envelope import Problem
from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import Key
from adapters.http.models.trades import PlaceTrade, TradeAnswer
from domain.shared.ids import UserId
from domain.trading.orders import Order

MAX_ORDERS = 500
MOST_BYTES = 256 * 1024
"""Of the body of a batch: half a KiB for each of its orders."""


class BatchOrder(PlaceTrade):
    """An order of a batch, with an idempotency key of its own where wanted."""

    idempotency_key: Key | None = None


class PlaceBatch(Request):
    """Orders, in the order in which they are to be executed."""

    orders: Annotated[list[BatchOrder], Field(min_length=1, max_length=MAX_ORDERS)]

    def placed_by(self, user_id: UserId, key: str) -> list[Order]:
        """The orders of a user; `key` is that of the request. Raises Invalid where it is too long to be extended."""
        return [
            order.order(user_id, order.idempotency_key or f"{key}:{position}")
            for position, order in enumerate(self.orders)
        ]


class BatchItem(Answer):
    """What became of one order: a trade, or an error. `status` is what the order would have been answered alone."""

    idempotency_key: str
    status: int
    replayed: bool
    trade: TradeAnswer | None = None
    error: Problem | None = None


class BatchAnswer(Answer):
    """One item for each order, in their order."""

    items: list[BatchItem]
