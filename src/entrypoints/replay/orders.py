"""Sends the orders of a flow through the trading desk, so that killing and restarting changes no number.

Orders go out group by group in the order of time, and a group only when all of the one before are answered. The
desk has one lane, which takes a group as one transaction. So, whenever a replay is killed, the orders that the store
has answered are a first part of the flow and nothing behind it. A restart sends everything again from the start: that
first part gets its first answers, fills and refusals alike, and changes nothing; the first order without an answer
then meets the very points, positions and pools that it would have met without the kill.

A group that the store could not answer must therefore never be passed over: what came after it would trade at other
prices. The replay stops there, and goes on from there when started again.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from application.trading.execute_orders import Placed
from domain.shared.errors import Conflict, Invalid, PresageError, Unavailable
from domain.trading.orders import Order
from entrypoints.replay.flow import FlowOrder
from entrypoints.replay.names import Names
from entrypoints.replay.together import groups
from entrypoints.replay.watch import Advance

Place = Callable[[Order], Awaitable[Placed]]
"""Takes an order, as the trading desk does: raises what refuses it."""

_Answer = Placed | BaseException


@dataclass(slots=True)
class Tally:
    """The first answers to all orders; `traded` fills are new in this run, and their groups took `seconds`."""

    filled: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    traded: int = 0
    seconds: float = 0.0

    @property
    def pace(self) -> float:
        """New fills a second; 0 where there are none."""
        return self.traded / self.seconds if self.traded else 0.0


async def send_orders(place: Place, orders: Iterable[FlowOrder], names: Names, group: int, advance: Advance) -> Tally:
    """Send orders in groups of at most `group`. Raises Unavailable where the store cannot answer."""
    tally = Tally()
    for listed in groups(orders, group):
        began = perf_counter()
        sent = _sendable(listed, names, tally)
        answers = await asyncio.gather(*map(place, sent), return_exceptions=True)
        _require_answers(answers)
        if _count(answers, tally):
            tally.seconds += perf_counter() - began
        advance(len(listed), f"{tally.pace:,.0f} trades/s" if tally.traded else "answered before")
    return tally


def _sendable(listed: Sequence[FlowOrder], names: Names, tally: Tally) -> list[Order]:
    """The orders that can be expressed at all; the others are refused here, as the exchange would refuse them."""
    sendable = []
    for order in listed:
        try:
            instruction = order.instruction()
        except Invalid as refusal:
            tally.refused[refusal.code] += 1
            continue
        user_id, market_id = names.user_id(order.trader), names.market_id(order.market)
        sendable.append(Order(user_id, market_id, f"replay:{order.line}", instruction))
    return sendable


def _require_answers(answers: Sequence[_Answer]) -> None:
    """Refuse to go on unless every order has an answer that stays its answer."""
    missing = [at for at, answer in enumerate(answers) if not _is_final(answer)]
    if not missing:
        return
    failure = answers[missing[0]]
    assert isinstance(failure, BaseException)
    if missing[0] + len(missing) < len(answers):
        raise Conflict(
            "REPLAY_OUT_OF_ORDER",
            f"The store failed an order and then took a later one ({failure}); replay into a fresh database.",
        ) from failure
    raise failure


def _is_final(answer: _Answer) -> bool:
    return isinstance(answer, Placed) or (isinstance(answer, PresageError) and not isinstance(answer, Unavailable))


def _count(answers: Iterable[_Answer], tally: Tally) -> int:
    """Take over the answers; the number of new fills."""
    before = tally.traded
    for answer in answers:
        if isinstance(answer, Placed):
            tally.filled += 1
            tally.traded += not answer.repeated
        elif isinstance(answer, PresageError):
            tally.refused[answer.code] += 1
    return tally.traded - before
