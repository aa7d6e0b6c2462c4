"""The trading desk: group commit.

While one transaction is in flight, orders that arrive wait in its lane; the next transaction takes all of them, up
to a bound, for whatever markets they name. A lane answers orders in the order of their arrival; a market always has
the same lane. Several desks may work on the same markets: the row locks of the store keep them right.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from time import monotonic
from typing import Self

from application.shared.ports import Clock
from application.shared.store import StoreBusy
from application.trading.desk_observer import AnsweredGroup, DeskObserver, Unwatched
from application.trading.execute_orders import Answer, Placed, execute_orders
from application.trading.ports import TradingTransactions
from domain.shared.errors import Unavailable
from domain.trading.orders import Order

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskBounds:
    """How much a desk takes on: lanes side by side, orders in one transaction, orders waiting in a lane, and tries
    of a transaction that the store was too busy for, with up to `retry_pause` seconds between them."""

    lanes: int = 1
    group_size: int = 512
    lane_capacity: int = 4096
    attempts: int = 3
    retry_pause: float = 0.05


@dataclass(slots=True)
class _Waiting:
    order: Order
    answer: asyncio.Future[Placed]
    since: float


class Desk:
    """Takes orders one by one, executes them in groups. An async context manager: leaving drains it for good."""

    def __init__(
        self,
        transactions: TradingTransactions,
        clock: Clock,
        bounds: DeskBounds | None = None,
        chance: Callable[[], float] = random.random,
        observer: DeskObserver | None = None,
    ) -> None:
        self._bounds = bounds = bounds or DeskBounds()
        told = observer or Unwatched()
        self._lanes = [_Lane(transactions, clock, bounds, chance, told) for _ in range(bounds.lanes)]
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(lane.run()) for lane in self._lanes]
        return self

    async def __aexit__(self, *_: object) -> None:
        for lane in self._lanes:
            lane.close()
        await asyncio.gather(*self._tasks)

    @property
    def waiting(self) -> int:
        """Orders in line now, without those that are being executed."""
        return sum(lane.waiting for lane in self._lanes)

    def place(self, order: Order) -> asyncio.Future[Placed]:
        """Put an order in line, to be executed once for its key.

        What is awaited raises what refuses it, and Unavailable where the lane is full.
        """
        return self._lanes[order.market_id.int % len(self._lanes)].enqueue(order)


class _Lane:
    """Orders in line, and the one transaction at a time that takes them."""

    def __init__(
        self,
        transactions: TradingTransactions,
        clock: Clock,
        bounds: DeskBounds,
        chance: Callable[[], float],
        observer: DeskObserver,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._bounds = bounds
        self._chance = chance
        self._observer = observer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line: deque[_Waiting] = deque()
        self._group: Sequence[_Waiting] = ()
        self._arrived = asyncio.Event()
        self._closed = False

    @property
    def waiting(self) -> int:
        return len(self._line)

    def enqueue(self, order: Order) -> asyncio.Future[Placed]:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        answer: asyncio.Future[Placed] = self._loop.create_future()
        if self._closed:
            self._turn_away(answer, _stopping())
        elif len(self._line) >= self._bounds.lane_capacity:
            self._turn_away(answer, _full())
        else:
            self._line.append(_Waiting(order, answer, monotonic()))
            self._arrived.set()
        return answer

    def close(self) -> None:
        """Take no more orders; `run` ends when the line is empty."""
        self._closed = True
        self._arrived.set()

    async def run(self) -> None:
        """Execute what arrives, until closed; if this itself is ended, whoever still waits is told so."""
        try:
            while self._line or not self._closed:
                await self._arrived.wait()
                self._group = self._next_group()
                if self._group:
                    await self._answer(self._group)
                    await asyncio.sleep(0)  # lets those just answered join the next group
                if not self._line and not self._closed:
                    self._arrived.clear()
        finally:
            self._closed = True
            for waiting in (*self._group, *self._line):
                if not waiting.answer.done():
                    waiting.answer.set_exception(_stopping())

    def _next_group(self) -> list[_Waiting]:
        group = [self._line.popleft() for _ in range(min(len(self._line), self._bounds.group_size))]
        return [waiting for waiting in group if not waiting.answer.cancelled()]

    def _turn_away(self, answer: asyncio.Future[Placed], refusal: Unavailable) -> None:
        answer.set_exception(refusal)
        with _harmless():
            self._observer.turned_away(refusal)

    async def _answer(self, group: Sequence[_Waiting]) -> None:
        taken_at = monotonic()
        answers = await self._execute([waiting.order for waiting in group])
        for waiting, answer in zip(group, answers, strict=True):
            if waiting.answer.cancelled():
                continue
            if isinstance(answer, Placed):
                waiting.answer.set_result(answer)
            else:
                waiting.answer.set_exception(answer)
        with _harmless():
            self._observer.answered(AnsweredGroup(answers, taken_at - group[0].since, monotonic() - taken_at))

    async def _execute(self, orders: Sequence[Order]) -> Sequence[Answer]:
        """Answers for all; a group that the store refuses is run again in halves until the offender stands alone."""
        try:
            return await self._try(orders)
        except Unavailable as unavailable:
            return [copy(unavailable) for _ in orders]
        except Exception as error:  # noqa: BLE001 - whatever failed, it failed before the commit
            if len(orders) == 1:
                return [error]
        middle = len(orders) // 2
        return [*await self._execute(orders[:middle]), *await self._execute(orders[middle:])]

    async def _try(self, orders: Sequence[Order]) -> Sequence[Answer]:
        for attempt in range(1, self._bounds.attempts + 1):
            try:
                return await self._transact(orders)
            except StoreBusy:
                if attempt == self._bounds.attempts:
                    raise
                await asyncio.sleep(self._bounds.retry_pause * attempt * self._chance())
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _transact(self, orders: Sequence[Order]) -> Sequence[Answer]:
        async with self._transactions() as transaction:
            answers = await execute_orders(transaction, orders, self._clock)
            await transaction.commit()
        return answers


@contextmanager
def _harmless() -> Iterator[None]:
    """A fault of whoever is told is logged: no order suffers from it."""
    try:
        yield
    except Exception:  # noqa: BLE001 - as said above
        _log.exception("the desk could not tell how it fares")


def _full() -> Unavailable:
    return Unavailable("DESK_FULL", "Too many orders are waiting; send the same order again.", retry_after_seconds=1)


def _stopping() -> Unavailable:
    return Unavailable("DESK_CLOSED", "The exchange is stopping; send the same order again shortly.")
