"""Failures of a real PostgreSQL, in the words of the ports, and what the desk makes of them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adapters.postgres.engine import PoolBounds, create_engine, require_durable
from adapters.postgres.session import fetch_alone, session
from adapters.postgres.transactions import PostgresTransactions
from application.accounts.sign_up import SignUp
from application.shared.store import StoreBusy, StoreError
from application.trading.desk import Desk, DeskBounds
from application.trading.ports import Changes, TradingTransactions
from domain.shared.ids import UserId
from domain.shared.money import POINT
from domain.trading.orders import Mint, Order
from tests.behaviour.stores import postgres_world
from tests.behaviour.test_desk import codes, place_all, scene
from tests.behaviour.world import World
from tests.fakes.faults import Faults, faulty
from tests.fakes.world import FakeClock, FakeIds
from tests.support import discrepancies, on_database

SOON = 0.05
"""A bound in seconds that is surely passed in a test that waits for it."""

TERMINATE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'presage' AND datname = current_database() AND pid <> pg_backend_pid()
"""

HOLDER = """
    SELECT pid FROM pg_stat_activity
    WHERE application_name = 'presage' AND datname = current_database() AND state = 'idle in transaction'
"""
"""The server's process that serves the only transaction of the exchange."""


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """One of its own for every test: some change its settings and its schema."""
    return own_database_url


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with postgres_world(database_url) as built:
        yield built


@pytest.fixture
def cut(database_url: str) -> Callable[..., Any]:
    """Cut every connection of the exchange, the first time that it is called."""
    done = False

    async def once(*_: object) -> None:
        nonlocal done
        if not done:
            done = True
            await on_database(database_url, TERMINATE)

    return once


class Tries:
    """Counts the transactions that were opened."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, transactions: TradingTransactions) -> TradingTransactions:
        return faulty(transactions, Faults(before_open=self._add))

    async def _add(self) -> None:
        self.count += 1


@asynccontextmanager
async def bounded(database_url: str, bounds: PoolBounds) -> AsyncIterator[PostgresTransactions]:
    """Transactions on a pool of their own."""
    engine = create_engine(database_url, bounds)
    try:
        yield PostgresTransactions(engine)
    finally:
        await engine.dispose()


@pytest.mark.parametrize("moment", ["before_open", "before_lock", "before_write"])
async def test_a_connection_lost_before_the_commit_is_tried_again(
    world: World, cut: Callable[..., Any], moment: str
) -> None:
    market, ada = await scene(world)
    faults, tries = Faults(), Tries()
    setattr(faults, moment, cut)
    orders = [world.order(ada, market, Mint(POINT)) for _ in range(3)]
    async with Desk(faulty(tries.on(world.transactions), faults), world.clock) as desk:
        assert codes(await place_all(desk, orders)) == ["filled"] * 3
    assert tries.count == 2
    assert discrepancies(await world.tables()) == []


async def test_a_connection_lost_in_a_transaction_is_busy(world: World, cut: Callable[..., Any]) -> None:
    market, ada = await scene(world)
    async with world.transactions() as transaction:
        await transaction.books.lock_markets([market])
        await cut()
        with pytest.raises(StoreBusy):
            await transaction.books.lock_users([ada])


async def test_a_connection_lost_at_the_commit_leaves_the_outcome_unknown(
    world: World, cut: Callable[..., Any]
) -> None:
    market, ada = await scene(world)
    order = world.order(ada, market, Mint(POINT))
    async with Desk(faulty(world.transactions, Faults(before_commit=cut)), world.clock) as desk:
        assert codes(await place_all(desk, [order])) == ["COMMIT_UNKNOWN"]
        assert codes(await place_all(desk, [order, order])) == ["filled", "repeated"]
    assert discrepancies(await world.tables()) == []


async def test_a_server_that_falls_silent_is_given_up(world: World, database_url: str) -> None:
    """Its process is stopped, as behind a network that loses everything; the order goes on over another connection."""
    market, ada = await scene(world)
    tries = Tries()
    async with (
        bounded(database_url, PoolBounds(size=2, statement=1, silence=SOON)) as transactions,
        Desk(tries.on(transactions), world.clock) as desk,
    ):
        await desk.place(world.order(ada, market, Mint(POINT)))
        async with transactions() as transaction:
            await transaction.books.lock_markets([market])
            [[pid]] = await on_database(database_url, HOLDER)
        os.kill(pid, signal.SIGSTOP)
        try:
            assert codes(await place_all(desk, [world.order(ada, market, Mint(POINT))])) == ["filled"]
        finally:
            os.kill(pid, signal.SIGCONT)
    assert tries.count == 3
    assert discrepancies(await world.tables()) == []


async def test_what_is_read_under_a_lock_is_new_whatever_the_database_prefers(database_url: str) -> None:
    [[database]] = await on_database(database_url, "SELECT current_database()")
    await on_database(database_url, f"ALTER DATABASE {database} SET default_transaction_isolation = 'repeatable read'")
    [[preferred]] = await on_database(database_url, "SHOW transaction_isolation")
    engine = create_engine(database_url)
    async with session(engine) as opened:
        [[level]] = await opened.fetch("SHOW transaction_isolation")
    await engine.dispose()
    assert (preferred, level) == ("repeatable read", "read committed")


async def test_a_lock_that_another_keeps_is_busy(world: World, database_url: str) -> None:
    market, ada = await scene(world)
    order, tries = world.order(ada, market, Mint(POINT)), Tries()
    async with (
        world.transactions() as other,
        bounded(database_url, PoolBounds(lock=SOON)) as transactions,
        Desk(tries.on(transactions), world.clock, DeskBounds(attempts=2)) as desk,
    ):
        await other.books.lock_users([ada])
        assert codes(await place_all(desk, [order])) == ["STORE_BUSY"]
    assert tries.count == 2
    assert codes(await place_all(world.desk, [order])) == ["filled"]


async def test_a_deadlock_is_busy(world: World, database_url: str) -> None:
    """Two that lock in opposite order, as the exchange never does; the server ends one of them."""
    ada, bo = await world.user("ada"), await world.user("bo")
    both = asyncio.Barrier(2)

    async def lock(transactions: PostgresTransactions, first: UserId, second: UserId) -> None:
        async with transactions() as transaction:
            await transaction.books.lock_users([first])
            await both.wait()
            await transaction.books.lock_users([second])
            await transaction.commit()

    async with bounded(database_url, PoolBounds(lock=20.0)) as patient:
        ends = await asyncio.gather(lock(patient, ada, bo), lock(patient, bo, ada), return_exceptions=True)
    assert {type(end) for end in ends} == {type(None), StoreBusy}


async def test_a_statement_that_takes_too_long_is_busy(database_url: str) -> None:
    engine = create_engine(database_url, PoolBounds(statement=0.5))
    async with session(engine) as opened:
        with pytest.raises(StoreBusy):
            await opened.rows(text("SELECT pg_sleep(30)"))
    await engine.dispose()


async def test_a_transaction_left_idle_is_busy(world: World, database_url: str) -> None:
    user = await world.user("ada")
    async with bounded(database_url, PoolBounds(idle_transaction=0.5)) as transactions, transactions() as transaction:
        await transaction.accounts.grant(user, "start")
        await _until_nobody_is_in_a_transaction(database_url)
        with pytest.raises(StoreBusy):
            await transaction.books.lock_users([user])


async def _until_nobody_is_in_a_transaction(url: str) -> None:
    left = "SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"
    for _ in range(1_000):
        if not await on_database(url, left):
            return
    raise AssertionError("the server keeps an idle transaction")


async def test_a_pool_without_a_free_connection_is_busy(database_url: str) -> None:
    async with bounded(database_url, PoolBounds(size=2, checkout=SOON)) as transactions:
        sign_up = SignUp(transactions, FakeClock(), FakeIds())
        async with transactions(), transactions():
            with pytest.raises(StoreBusy):
                await sign_up("ada")
        await sign_up("ada")


async def test_a_server_that_is_not_there_is_busy(tmp_path: Path) -> None:
    engine = create_engine(f"postgresql+asyncpg://presage@/presage?host={tmp_path}")
    with pytest.raises(StoreBusy):
        await SignUp(PostgresTransactions(engine), FakeClock(), FakeIds())("ada")
    with pytest.raises(StoreBusy):
        await require_durable(engine)
    await engine.dispose()


async def test_a_constraint_is_an_error_that_no_repeat_mends(world: World) -> None:
    market, ada = await scene(world)
    tries = Tries()

    async def overdraw(changes: Changes) -> None:
        changes.balances[ada] = -1

    async with Desk(tries.on(faulty(world.transactions, Faults(before_write=overdraw))), world.clock) as desk:
        (answer,) = await place_all(desk, [world.order(ada, market, Mint(POINT))])
    assert isinstance(answer, StoreError)
    assert "ck_users_balance_not_negative" in str(answer)
    assert tries.count == 1


async def test_an_order_that_the_database_refuses_is_found_among_others(world: World, database_url: str) -> None:
    """Here the server itself refuses one row of the COPY, and with it the whole group."""
    market, ada = await scene(world)
    await on_database(database_url, "ALTER TABLE trade_ledger ADD CONSTRAINT poison CHECK (key NOT LIKE '%poison%')")
    orders = [Order(ada, market, f"poison {n}" if n in (2, 11) else f"good {n}", Mint(POINT)) for n in range(16)]
    answers = await place_all(world.desk, orders)
    assert codes(answers) == ["StoreError" if number in (2, 11) else "filled" for number in range(16)]
    assert [entry.key for entry in await world.queries.entries(market, 100, after_seq=1)] == [
        order.key for order in orders if order.key.startswith("good")
    ]
    assert discrepancies(await world.tables()) == []


async def test_an_amount_that_no_column_holds_is_an_error(world: World) -> None:
    market, ada = await scene(world)

    async def overflow(changes: Changes) -> None:
        changes.balances[ada] = 2**70

    async with Desk(faulty(world.transactions, Faults(before_write=overflow)), world.clock) as desk:
        (answer,) = await place_all(desk, [world.order(ada, market, Mint(POINT))])
    assert isinstance(answer, StoreError)


async def test_connections_lost_under_single_statements_are_replaced(
    database_url: str, cut: Callable[..., Any]
) -> None:
    """No other statement has to find out first, and one that is told of it is told for all."""
    engine = create_engine(database_url, PoolBounds(size=3))
    await asyncio.gather(*(fetch_alone(engine, "SELECT pg_sleep(0.05)") for _ in range(3)))
    await cut()
    with suppress(StoreBusy):
        await fetch_alone(engine, "SELECT 1")
    assert await asyncio.gather(*(fetch_alone(engine, "SELECT 1") for _ in range(3))) == [[(1,)]] * 3
    await engine.dispose()


async def test_a_connection_that_fell_silent_under_a_single_statement_is_replaced(database_url: str) -> None:
    engine = create_engine(database_url, PoolBounds(size=1, statement=SOON, silence=SOON))
    ((pid,),) = await fetch_alone(engine, "SELECT pg_backend_pid()")
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreBusy):
            await fetch_alone(engine, "SELECT 1")
        async with asyncio.timeout(5):
            assert await fetch_alone(engine, "SELECT 1") == [(1,)]
    finally:
        os.kill(pid, signal.SIGCONT)
    await engine.dispose()
