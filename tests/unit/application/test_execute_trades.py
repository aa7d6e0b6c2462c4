"""Orders of jobs at the desk: in the order of their jobs, as many as there is room for, each with its answer."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from application.jobs.catalogue.trading import EXECUTE_TRADES, Filled, OrdersPlaced, PlaceOrders, Refused
from application.jobs.observers import Silent
from application.jobs.run import Run
from application.trading.execute_orders import Placed
from application.trading.execute_trades import ExecuteTrades
from domain.jobs.execution import Execution, Queue
from domain.shared.errors import Conflict, Unavailable
from domain.shared.ids import JobId, MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.orders import Mint, Order
from tests.fakes.world import START, FakeClock

USER, MARKET = UserId(UUID(int=1)), MarketId(UUID(int=2))


def entry(order: Order) -> LedgerEntry:
    numbers: dict[str, Any] = dict.fromkeys(
        ("yes_before", "yes_after", "no_before", "no_after", "lp_before", "lp_after", "vault_fee", "lp_fee"), 0
    )
    pools: dict[str, Any] = dict.fromkeys(("pool_yes_before", "pool_no_before", "pool_yes_after", "pool_no_after"), 10)
    return LedgerEntry(
        market_id=order.market_id, seq=1, user_id=USER, action=Action.BUY, outcome=Outcome.YES, amount_in=2**60,
        amount_out=0, fee=0, collateral_after=10, price=1, executed_at=START, key=order.key, fingerprint=b"",
        prev_hash=bytes(32), **numbers, **pools,
    )  # fmt: skip


class Desk:
    """Answers when it is told to; `placed` has the keys in the order in which they came."""

    def __init__(self) -> None:
        self.placed: list[str] = []
        self.open = asyncio.Event()
        self.waiting = self.most = 0
        self.errors: dict[str, Exception] = {}

    def place(self, order: Order) -> asyncio.Future[Placed]:
        self.placed.append(order.key)
        return asyncio.ensure_future(self._answer(order))

    async def _answer(self, order: Order) -> Placed:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            await self.open.wait()
            await asyncio.sleep(0)
        finally:
            self.waiting -= 1
        if order.key in self.errors:
            raise self.errors[order.key]
        return Placed(entry(order))


def run_of(*keys: str) -> Run[PlaceOrders]:
    payload = PlaceOrders.of(USER, [Order(USER, MARKET, key, Mint(5)) for key in keys])
    job = Execution(JobId(UUID(int=3)), EXECUTE_TRADES.name, 1, Queue.TRADES, "{}", START, START)

    async def progress(_: int, __: str) -> None:
        raise AssertionError("orders tell of no progress")

    return Run(job, payload, FakeClock(), Silent(), progress)


def keys(job: int, count: int = 10) -> list[str]:
    return [f"{job}/{place}" for place in range(count)]


async def test_every_answer_in_its_place() -> None:
    desk = Desk()
    desk.open.set()
    refusal = Conflict("SLIPPAGE", "The order would pass its bound.")
    refusal.repeated = True
    desk.errors["b"] = refusal
    filled, refused = (await ExecuteTrades(desk.place, 10)(run_of("a", "b"))).answers
    assert isinstance(filled, Filled)
    assert isinstance(refused, Refused)
    assert (filled.idempotency_key, filled.amount, filled.replayed) == ("a", str(2**60), False)
    assert (refused.idempotency_key, refused.code, refused.replayed) == ("b", "SLIPPAGE", True)


async def test_a_result_is_exact_and_reads_as_the_api_does() -> None:
    desk = Desk()
    desk.open.set()
    text = (await ExecuteTrades(desk.place, 10)(run_of("a"))).model_dump_json()
    assert f'"amount":"{2**60}"' in text
    assert '"idempotencyKey":"a"' in text
    assert OrdersPlaced.model_validate_json(text).model_dump_json() == text


async def test_jobs_wait_for_each_other_when_there_is_no_room() -> None:
    desk = Desk()
    execute = ExecuteTrades(desk.place, 7)
    running = [asyncio.create_task(execute(run_of(*keys(job)))) for job in range(4)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert desk.placed == keys(0)[:7]
    desk.open.set()
    await asyncio.gather(*running)
    assert desk.placed == [key for job in range(4) for key in keys(job)]
    assert desk.most == 7


async def test_more_orders_than_there_is_room() -> None:
    desk = Desk()
    desk.open.set()
    assert len((await ExecuteTrades(desk.place, 1)(run_of(*keys(0)))).answers) == 10
    assert desk.most == 1


@pytest.mark.parametrize("error", [Unavailable("STORE_BUSY", "The database is busy."), RuntimeError("a fault")])
async def test_what_the_desk_could_not_answer_is_tried_again_as_a_whole(error: Exception) -> None:
    desk = Desk()
    desk.open.set()
    desk.errors["b"] = error
    execute = ExecuteTrades(desk.place, 10)
    with pytest.raises(type(error)):
        await execute(run_of("a", "b", "c"))
    assert desk.placed == ["a", "b", "c"]
    desk.errors.clear()
    assert len((await execute(run_of("a", "b", "c"))).answers) == 3


async def test_a_job_that_is_cut_short_gives_its_room_back() -> None:
    desk = Desk()
    execute = ExecuteTrades(desk.place, 5)
    cut: asyncio.Task[Any] = asyncio.create_task(execute(run_of(*keys(0))))
    for _ in range(10):
        await asyncio.sleep(0)
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    desk.open.set()
    assert len((await execute(run_of(*keys(1)))).answers) == 10
    assert desk.waiting == 0
