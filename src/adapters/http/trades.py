"""Trading: one order, or many at once; answered when executed, or with the job that executes them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from adapters.http.endpoints import Access, Call, Endpoint, NoQuery, Reply, post
from adapters.http.errors import problem_of
from adapters.http.models.batches import MOST_BYTES, BatchAnswer, BatchItem, PlaceBatch
from adapters.http.models.jobs import JobAnswer
from adapters.http.models.trades import PlaceTrade, TradeAnswer
from adapters.http.preferences import APPLIED, preference_of
from adapters.http.queued_trades import QueuedTrades
from application.trading.execute_orders import Placed
from domain.shared.errors import PresageError
from domain.trading.orders import Order

PlaceOrder = Callable[[Order], Awaitable[Placed]]
"""Executes an order, once for its key, as the trading desk does."""


Answers: TypeAlias = Sequence[Placed | BaseException]


@dataclass(frozen=True, slots=True)
class Trades:
    """Orders to the desk, at once or by way of the queue."""

    place: PlaceOrder
    queued: QueuedTrades

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
            also={202: JobAnswer},
            headers=("Location", APPLIED),
        )
        batch = post(
            "/api/v1/trades/batch",
            self.batch,
            Access.TRADE,
            BatchAnswer,
            body=PlaceBatch,
            keyed=True,
            body_bytes=MOST_BYTES,
            also={202: JobAnswer},
            headers=("Location", APPLIED),
        )
        return [trade, batch]

    async def trade(self, call: Call[NoQuery, PlaceTrade]) -> Reply:
        """Execute an order.

        A buy or a sale in one of four forms, MINT and MERGE of sets of shares, or NET_SELL to close out a position.
        The answer is the entry in the market's ledger; `position` is what the user holds after it. The same
        Idempotency-Key with the same body never trades twice: it gets the first answer. With `Prefer: respond-async`
        the answer is 202 with the job that executes it, or, with `wait=5` besides, the same as ever if that is there
        within so many seconds.
        """
        return await self._answered(call, [call.body.order(call.user.id, call.key)], _trade)

    async def batch(self, call: Call[NoQuery, PlaceBatch]) -> Reply:
        """Execute up to 500 orders, each for itself.

        A market's orders are executed in the order given, and all are answered one by one: a refusal is that order's
        alone. A malformed order refuses the batch before anything is executed. An order without an `idempotencyKey`
        of its own has the request's key with a colon and its position, so that a batch may be repeated as a whole.
        `Prefer: respond-async` is taken as for one order.
        """
        return await self._answered(call, call.body.placed_by(call.user.id, call.key), _batch)

    async def _answered(self, call: Call[NoQuery, Any], orders: Sequence[Order], render: "Render") -> Reply:
        preference = preference_of(call.request)
        if not preference.respond_async:
            return render(call, orders, await self._placed(orders))
        queued = await self.queued.ask(call, orders, preference)
        if queued.replayed is None:
            return queued.reply
        answers = await self._placed(orders)  # which are the first ones, given to the job
        told = [_told(answer, repeated=again) for answer, again in zip(answers, queued.replayed, strict=True)]
        return replace(render(call, orders, told), headers=queued.reply.headers)

    async def _placed(self, orders: Sequence[Order]) -> Answers:
        return await asyncio.gather(*map(self.place, orders), return_exceptions=True)


Render: TypeAlias = Callable[[Call[NoQuery, Any], Sequence[Order], Answers], Reply]


def _told(answer: Placed | BaseException, *, repeated: bool) -> Placed | BaseException:
    """An answer that was given to the job first, as its user has it for the first time, or not."""
    if isinstance(answer, Placed):
        return Placed(answer.entry, repeated)
    if isinstance(answer, PresageError):
        answer.repeated = repeated
    return answer


def _trade(_: Call[NoQuery, PlaceTrade], __: Sequence[Order], answers: Answers) -> Reply:
    (answer,) = answers
    if not isinstance(answer, Placed):
        raise answer
    return Reply(TradeAnswer.of(answer.entry), repeated=answer.repeated)


def _batch(call: Call[NoQuery, PlaceBatch], orders: Sequence[Order], answers: Answers) -> Reply:
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
