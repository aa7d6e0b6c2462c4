"""Thousands of queued orders on one market: few transactions, and the order in which they were accepted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from application.jobs.catalogue.trading import EXECUTE_TRADES, OrdersPlaced, PlaceOrders
from application.jobs.observers import Silent
from application.jobs.ports import JobsOf
from application.jobs.queue_service import Asked
from application.jobs.run import Run
from application.shared.ports import Clock
from domain.accounts.user import GrantReason
from domain.jobs.execution import Execution, State
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy, Order
from entrypoints.container import Container
from tests.support import discrepancies, on_database, read_tables

USERS, ORDERS = 20, 3_000


@pytest.fixture
async def market(exchange: Container) -> AsyncIterator[MarketId]:
    """A market, and a desk that is open."""
    market_id, *_ = await exchange.seed().demo()
    async with exchange.desk():
        yield market_id


async def a_trader(exchange: Container, place: int) -> UserId:
    user = await exchange.sign_up()(f"trader {place}")
    await exchange.grant_points()(user.id, 1_000 * POINT, GrantReason.ADMIN_GRANT, "start")
    return user.id


async def queue(exchange: Container, users: list[UserId], market: MarketId, orders: range) -> None:
    """One job of one order after the other, in one transaction."""
    service = exchange.queue_service()
    async with exchange.transactions()() as transaction:
        for place in orders:
            order = Order(users[place % USERS], market, f"{place:05}", Buy(Outcome.YES, POINT // 10))
            payload = PlaceOrders.of(order.user_id, [order])
            await service.add(transaction.jobs, EXECUTE_TRADES, payload, Asked(order.user_id, order.key))
        await transaction.commit()


async def drained(exchange: Container, count: int) -> None:
    """Wait until so many jobs are done."""
    done = JobsOf(name=EXECUTE_TRADES.name, state=State.COMPLETED)
    while await exchange.job_queries().count(done) < count:  # noqa: ASYNC110 - the worker tells nobody here
        await asyncio.sleep(0.05)


async def test_many_orders_few_transactions(exchange: Container, market: MarketId, database_url: str) -> None:
    users = [await a_trader(exchange, place) for place in range(USERS)]
    await queue(exchange, users, market, range(ORDERS))
    async with exchange.worker(name="a worker"):
        await drained(exchange, ORDERS)
    entries = "SELECT key, xmin::text AS transaction FROM trade_ledger WHERE market_id = $1 AND seq > 1 ORDER BY seq"
    rows = await on_database(database_url, entries, market)
    assert [row["key"] for row in rows] == [f"{place:05}" for place in range(ORDERS)]
    assert len({row["transaction"] for row in rows}) <= ORDERS // 50
    assert discrepancies(await read_tables(exchange.engine())) == []


async def test_orders_of_a_worker_that_was_lost_are_not_executed_again(
    exchange: Container, market: MarketId, database_url: str
) -> None:
    """It placed its orders and died before it said so; another one places them again."""
    users = [await a_trader(exchange, place) for place in range(USERS)]
    await queue(exchange, users, market, range(100))
    now, clock = exchange.clock().now(), exchange.clock()
    taken = await exchange.runs().claim(EXECUTE_TRADES.queue, 60, "lost", now, timedelta())
    execute = exchange.works()[EXECUTE_TRADES.name].handler
    await asyncio.gather(*(execute(run_of(job, clock)) for job in taken))
    async with exchange.worker(name="another"):
        await drained(exchange, 100)
    rows = await on_database(database_url, "SELECT key FROM trade_ledger WHERE market_id = $1 AND seq > 1", market)
    assert sorted(row["key"] for row in rows) == [f"{place:05}" for place in range(100)]
    done = [await exchange.queue_service().get(job.id) for job in taken]
    results = [OrdersPlaced.model_validate_json(job.result or "") for job in done]
    assert [result.answers[0].replayed for result in results] == [True] * 60
    assert discrepancies(await read_tables(exchange.engine())) == []


def run_of(job: Execution, clock: Clock) -> Run[PlaceOrders]:
    async def progress(_: int, __: str) -> None:
        raise AssertionError("orders tell of no progress")

    return Run(job, EXECUTE_TRADES.read(job.payload, job.version), clock, Silent(), progress)
