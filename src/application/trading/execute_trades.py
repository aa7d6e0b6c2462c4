"""The job `trade.execute`: orders that waited in the queue go through the desk, as all others do."""

import asyncio
from collections.abc import Callable, Sequence

from application.jobs.catalogue.trading import Filled, OrdersPlaced, PlaceOrders, Refused, SharesMoved
from application.jobs.run import Run
from application.trading.execute_orders import Placed
from domain.shared.errors import PresageError, Unavailable
from domain.shared.ids import UserId
from domain.trading.orders import Order

Place = Callable[[Order], asyncio.Future[Placed]]
"""Puts an order in line at once and executes it, once for its key, as the trading desk does."""


class ExecuteTrades:
    """Orders of all jobs that run here wait at one desk, in the order in which their jobs were taken: it answers many
    with each transaction. `room` is how many of them may be there at once, which leaves a place to others.

    A job that is run again places the same orders, and is told their first answers.
    """

    def __init__(self, place: Place, room: int) -> None:
        self._place = place
        self._turn = asyncio.Lock()
        self._room = asyncio.Semaphore(room)

    async def __call__(self, run: Run[PlaceOrders]) -> OrdersPlaced:
        """One answer for each order. Raises Unavailable where the desk could not answer one of them."""
        orders = [order.order(UserId(run.payload.user_id)) for order in run.payload.orders]
        answers = await self._placed(orders)
        return OrdersPlaced(answers=[_told(order, answer) for order, answer in zip(orders, answers, strict=True)])

    async def _placed(self, orders: Sequence[Order]) -> Sequence[Placed | BaseException]:
        placing: list[asyncio.Future[Placed]] = []
        try:
            async with self._turn:
                for order in orders:
                    await self._room.acquire()
                    placing.append(self._place(order))
                    placing[-1].add_done_callback(self._left)
            return [await _answered(placed) for placed in placing]
        except asyncio.CancelledError:
            for placed in placing:
                placed.cancel()
            raise

    def _left(self, _: object) -> None:
        self._room.release()


async def _answered(placed: asyncio.Future[Placed]) -> Placed | BaseException:
    """An answer, of whatever kind. Raises CancelledError alone."""
    try:
        return await placed
    except Exception as error:  # noqa: BLE001 - what is to come of it is decided when all are there
        return error


def _told(order: Order, answer: Placed | BaseException) -> Filled | Refused:
    match answer:
        case Placed():
            return _filled(answer)
        case PresageError() if not isinstance(answer, Unavailable):
            return Refused(
                idempotency_key=order.key,
                market_id=order.market_id,
                replayed=answer.repeated,
                code=answer.code,
                message=answer.message,
            )
    raise answer


def _filled(placed: Placed) -> Filled:
    entry = placed.entry
    yes, no = abs(entry.yes_after - entry.yes_before), abs(entry.no_after - entry.no_before)
    return Filled(
        idempotency_key=entry.key or "",
        market_id=entry.market_id,
        replayed=placed.repeated,
        seq=entry.seq,
        action=entry.action,
        outcome=entry.outcome,
        amount=str(entry.amount_in or entry.amount_out),
        shares=SharesMoved(yes=str(yes), no=str(no)),
        fee=str(entry.fee),
        price=str(entry.price) if entry.outcome else None,
        executed_at=entry.executed_at,
    )
