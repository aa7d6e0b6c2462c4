"""Sending a flow: group after group, and never past an order that has no answer."""

from datetime import UTC, datetime, timedelta

import pytest

from application.shared.store import CommitUnknown, StoreBusy, StoreError
from application.trading.execute_orders import Placed
from domain.shared.errors import Conflict, PresageError
from domain.shared.money import POINT
from domain.trading.book import Book, Holding
from domain.trading.cpmm import Outcome, Pool
from domain.trading.execution import execute
from domain.trading.market import Market, Status
from domain.trading.orders import Buy, Order
from entrypoints.replay.flow import FlowOrder
from entrypoints.replay.names import Names, Terms
from entrypoints.replay.orders import Tally, send_orders

NOW = datetime(2022, 11, 8, tzinfo=UTC)
NAMES = Names(bytes(32), Terms(1, 1, 0))
GROUP = 4


def order(line: int, quantity: int = POINT) -> FlowOrder:
    return FlowOrder(line, NOW, "rain", "ann", Buy, Outcome.YES, quantity)


def filled(order: Order, *, repeated: bool = False) -> Placed:
    market = Market(order.market_id, Status.ACTIVE, NOW + timedelta(days=1), 0, 0)
    book = Book(order.market_id, Pool(100 * POINT, 100 * POINT))
    return Placed(execute(market, book, Holding(POINT), order, NOW).entry, repeated)


class Exchange:
    """Fills every order but those whose lines are given another answer, and remembers what was sent."""

    def __init__(self, answers: dict[int, Exception] | None = None, repeats: int = 0) -> None:
        self.sent: list[int] = []
        self._answers = answers or {}
        self._repeats = repeats

    async def place(self, order: Order) -> Placed:
        line = int(order.key.removeprefix("replay:"))
        self.sent.append(line)
        if line in self._answers:
            raise self._answers[line]
        return filled(order, repeated=line <= self._repeats)


async def send(exchange: Exchange, orders: list[FlowOrder]) -> tuple[Tally, list[int]]:
    advances: list[int] = []
    tally = await send_orders(exchange.place, orders, NAMES, GROUP, lambda done, _: advances.append(done))
    return tally, advances


async def test_every_order_is_sent_once_in_the_order_given() -> None:
    exchange = Exchange()
    tally, advances = await send(exchange, [order(line) for line in range(2, 12)])
    assert exchange.sent == list(range(2, 12))
    assert advances == [4, 4, 2]
    assert (tally.filled, tally.traded, tally.refused) == (10, 10, {})


async def test_refusals_are_counted_by_code_and_nothing_stops() -> None:
    poor = Conflict("INSUFFICIENT_POINTS", "Use a smaller amount.")
    tally, _ = await send(Exchange({3: poor, 8: poor}), [order(line) for line in range(2, 12)])
    assert (tally.filled, tally.refused) == (8, {"INSUFFICIENT_POINTS": 2})


async def test_what_cannot_be_expressed_is_refused_unsent() -> None:
    exchange = Exchange()
    tally, _ = await send(exchange, [order(2), order(3, quantity=0), order(4, quantity=-1), order(5)])
    assert exchange.sent == [2, 5]
    assert (tally.filled, tally.refused) == (2, {"AMOUNT_OUT_OF_BOUNDS": 2})


async def test_repeats_are_filled_but_no_trades_of_this_run() -> None:
    tally, _ = await send(Exchange(repeats=5), [order(line) for line in range(2, 12)])
    assert (tally.filled, tally.traded) == (10, 6)


@pytest.mark.parametrize("failure", [StoreBusy("gone"), CommitUnknown()])
async def test_a_group_without_answers_stops_the_replay(failure: PresageError) -> None:
    exchange = Exchange(dict.fromkeys(range(6, 10), failure))
    with pytest.raises(type(failure)):
        await send(exchange, [order(line) for line in range(2, 20)])
    assert exchange.sent == list(range(2, 10))


async def test_an_order_without_an_answer_before_one_with_an_answer_is_no_replay_any_more() -> None:
    exchange = Exchange({6: StoreBusy("gone"), 8: StoreBusy("gone")})
    with pytest.raises(Conflict) as refused:
        await send(exchange, [order(line) for line in range(2, 20)])
    assert refused.value.code == "REPLAY_OUT_OF_ORDER"
    assert exchange.sent == list(range(2, 10))


async def test_a_fault_of_the_exchange_stops_the_replay() -> None:
    exchange = Exchange({9: StoreError("a check refused it")})
    with pytest.raises(StoreError):
        await send(exchange, [order(line) for line in range(2, 20)])
    assert exchange.sent == list(range(2, 10))
