"""Trading: one order, or many at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.http.endpoints import Access, Call, Endpoint, NoQuery, Reply, post
from adapters.http.errors import problem_of
from adapters.http.models.batches import MOST_BYTES, BatchAnswer, BatchItem, PlaceBatch
from adapters.http.models.trades import PlaceTrade, TradeAnswer
from application.trading.execute_orders import Placed
from domain.trading.orders import Order

PlaceOrder = Callable[[Order], Awaitable[Placed]]
"""Executes an order, once for its key, as the trading desk does."""


@dataclass(frozen=True, slots=True)
class Trades:
    """Orders to the desk."""

    place: PlaceOrder

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/trades."""
        trade = post(
            "/api/v1/trades",
            self.trade,
            Access.TRADE,
            TradeAnswer,
            body=PlaceTrade,
            status=201,
            keyed=True,
            missing=True,
        )
        batch = post(
            "/api/v1/trades/batch",
            self.batch,
            Access.TRADE,
            BatchAnswer,
            body=PlaceBatch,
            keyed=True,
            body_bytes=MOST_BYTES,
        )
        return [trade, batch]

    async def trade(self, call: Call[NoQuery, PlaceTrade]) -> Reply:
        """Execute an order.

        A buy or a sale in one of four forms, MINT and MERGE of sets of shares, or NET_SELL to close out a position.
        The answer is the entry in the market's ledger; `position` is what the user holds after it. The same
        Idempotency-Key with the same body never trades twice: it gets the first answer.
        """
        placed = await self.place(call.body.order(call.user.id, call.key))
        return Reply(TradeAnswer.of(placed.entry), repeated=placed.repeated)

    async def batch(self, call: Call[NoQuery, PlaceBatch]) -> Reply:
        """Execute up to 500 orders, each for itself.

        A market's orders are executed in the order given, and all are answered one by one: a refusal is that order's
        alone. A malformed order refuses the batch before anything is executed. An order without an `idempotencyKey`
        of its own has the request's key with a colon and its position, so that a batch may be repeated as a whole.
        """
        orders = call.body.placed_by(call.user.id, call.key)
        answers = await asyncio.gather(*map(self.place, orders), return_exceptions=True)
        items = [_item(call, order, answer) for order, answer in zip(orders, answers, strict=True)]
        return Reply(BatchAnswer(items=items), repeated=all(item.replayed for item in items))


def _item(call: Call[NoQuery, PlaceBatch], order: Order, answer: Placed | BaseException) -> BatchItem:
    if isinstance(answer, Placed):
        trade = TradeAnswer.of(answer.entry)
        return BatchItem(idempotency_key=order.key, status=201, replayed=answer.repeated, trade=trade)
    if not isinstance(answer, Exception):
        raise answer
    problem, status = problem_of(call.request, answer)
    repeated = getattr(answer, "repeated", False)
    return BatchItem(idempotency_key=order.key, status=status, replayed=repeated, error=problem)
