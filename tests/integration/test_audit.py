"""`presage audit` on PostgreSQL: whatever the exchange does is proved, beside trading and in little memory."""

import asyncio
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.engine import PoolBounds
from application.trading.desk import Desk
from application.trading.findings import Check
from domain.accounts.user import GrantReason
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.listing import Listing
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from entrypoints.bench.history import Scale
from entrypoints.container import Container
from tests.integration.audited import audited, counts, make_history, told
from tests.support import fresh_database, on_database

YES, NO = Outcome.YES, Outcome.NO
SRC = Path(__file__).parents[2] / "src"

EVERYTHING: Sequence[Instruction] = (
    Buy(YES, 50 * POINT),
    BuyShares(NO, 20 * POINT + 1),
    AddLiquidity(30 * POINT + 7),
    Mint(10 * POINT),
    Buy(NO, 33_333_333),
    Sell(YES, 12_345_678),
    SellFor(NO, 3 * POINT),
    Merge(1_234_567),
    ClaimFees(),
    Buy(YES, 1_000_001),
    RemoveLiquidity(10 * POINT),
    CloseOut(),
    Buy(NO, 5 * POINT),
)


async def open_markets(exchange: Container, number: int) -> list[MarketId]:
    treasury = await exchange.seed().treasury()
    closes_at = exchange.clock().now() + timedelta(days=1)
    opened = []
    for index in range(number):
        listing = Listing(f"Market {index}", probability=300_000 + 50_000 * index)
        market = await exchange.open_market()(listing, closes_at, treasury)
        await exchange.approve_market()(market.id, 100 * POINT)
        opened.append(market.id)
    return opened


async def sign_up(exchange: Container, handle: str, points: int = 10_000) -> UserId:
    user = await exchange.sign_up()(handle)
    await exchange.grant_points()(user.id, points * POINT, GrantReason.REGISTRATION_BONUS, "bonus")
    return user.id


async def test_an_empty_exchange_is_clean(exchange: Container) -> None:
    report = await exchange.audit()()
    assert report.clean
    assert set(counts(report).values()) == {0}


async def test_a_market_without_liquidity_is_clean(exchange: Container) -> None:
    treasury = await exchange.seed().treasury()
    await exchange.open_market()(Listing("Draft"), exchange.clock().now() + timedelta(days=1), treasury)
    report = await exchange.audit()()
    assert report.clean
    assert counts(report)[Check.MARKETS] == 1


async def test_all_that_can_happen_is_clean(exchange: Container) -> None:
    won, lost, cancelled, trading = markets = await open_markets(exchange, 4)
    users = [await sign_up(exchange, name) for name in ("alice", "bob", "carol")]
    async with exchange.desk() as desk:
        for number, instruction in enumerate(EVERYTHING):
            for market_id in markets:
                for user_id in users:
                    await desk.place(Order(user_id, market_id, f"{market_id} {number}", instruction))
    await exchange.sweep_fees()(trading)
    for market_id, outcome in ((won, YES), (lost, NO)):
        await exchange.change_market().resolve(market_id, outcome)
    await exchange.change_market().cancel(cancelled)
    for market_id in (won, lost, cancelled):
        await exchange.settle_market()(market_id)
    report = await exchange.audit()()
    assert told(report) == ""
    assert report.clean
    ordered = len(EVERYTHING) * len(markets) * len(users)
    claims_before_removals = len(markets) * len(users)
    assert counts(report)[Check.KEYS] == ordered + claims_before_removals
    assert counts(report)[Check.ENTRIES] > ordered
    assert counts(report)[Check.MARKETS] == len(markets)
    assert counts(report)[Check.HOLDINGS] == len(markets) * (len(users) + 1)
    assert counts(report)[Check.ACCOUNTS] == len(users) + 1


async def test_every_moment_of_trading_and_settling_is_clean(exchange: Container) -> None:
    [ended, trading] = await open_markets(exchange, 2)
    users = [await sign_up(exchange, f"user-{number}") for number in range(6)]
    stop = asyncio.Event()
    placed = 0

    async def trade(desk: Desk, user_id: UserId) -> None:
        nonlocal placed
        for number in count():
            await desk.place(Order(user_id, trading, f"order {number}", Buy((YES, NO)[number % 2], 1_000)))
            placed += 1
            if stop.is_set():
                return

    async with exchange.desk() as desk, asyncio.TaskGroup() as tasks:
        for user_id in users:
            await desk.place(Order(user_id, ended, "first", Buy(NO, POINT)))
            tasks.create_task(trade(desk, user_id))
        reports = [await exchange.audit()()]
        while placed < 100:
            reports += [await exchange.audit()()]
        await exchange.change_market().resolve(ended, NO)
        async for _ in replace(exchange.settle_market(), chunk=2).chunks(ended):
            reports += [await exchange.audit()()]
        stop.set()
    reports += [await exchange.audit()()]
    assert [told(report) for report in reports] == [""] * len(reports)
    entries = [counts(report)[Check.ENTRIES] for report in reports]
    assert entries == sorted(entries)


async def test_an_audit_sees_one_moment(copied: str) -> None:
    """What is committed while it reads does not concern it."""
    meddled = False

    def meddle(done: int, total: int) -> None:
        nonlocal meddled
        if not meddled:
            meddled = True
            url = copied.replace("+asyncpg", "")
            subprocess.run([sys.executable, "-c", MEDDLE, url], check=True)

    assert (await audited(copied, progress=meddle)).clean
    assert meddled
    assert not (await audited(copied)).clean


MEDDLE = """
import asyncio, asyncpg, sys
async def main():
    connection = await asyncpg.connect(sys.argv[1])
    await connection.execute("UPDATE users SET balance = balance + 1")
    await connection.close()
asyncio.run(main())
"""


async def test_an_audit_outlasts_the_time_limits_of_trading(copied: str) -> None:
    seconds = 0.2
    pauses = iter([2 * seconds])

    def pause(_: int, __: int) -> None:
        time.sleep(next(pauses, 0))

    report = await audited(copied, bounds=PoolBounds(idle_transaction=seconds), progress=pause)
    assert report.clean
    assert next(pauses, None) is None


async def test_progress_comes_to_all_entries(copied: str) -> None:
    steps: list[tuple[int, int]] = []
    report = await audited(copied, progress=lambda done, total: steps.append((done, total)))
    assert sum(done for done, _ in steps) == counts(report)[Check.ENTRIES]
    assert {total for _, total in steps} == {counts(report)[Check.ENTRIES]}


@pytest.mark.parametrize("most_in_memory", [1, 3, 5])
async def test_holders_that_spill_out_of_memory_are_the_same(copied: str, most_in_memory: int) -> None:
    spilled, kept = await audited(copied, most_in_memory=most_in_memory), await audited(copied)
    assert spilled.clean
    assert counts(spilled) == counts(kept)


async def test_memory_does_not_grow_with_the_history(postgres: EmbeddedPostgres) -> None:
    small, large = Scale(1_200, markets=1, users=300), Scale(3_600, markets=1, users=1_800)
    assert await _peak(postgres, large) < 1.5 * await _peak(postgres, small)


async def _peak(server: EmbeddedPostgres, scale: Scale) -> int:
    """The most memory in bytes that Python objects take during an audit that keeps few holders."""
    async with fresh_database(server) as url:
        await make_history(url, scale)
        tracemalloc.start()
        try:
            assert (await audited(url, most_in_memory=100)).clean
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def presage(url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(SRC), "COLUMNS": "100"}
    command = [sys.executable, "-c", "from entrypoints.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def test_the_command_prints_a_table_and_exits_0(copied: str, tmp_path: Path) -> None:
    done = presage(copied, tmp_path, "audit")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[-1] for line in done.stdout.splitlines()[3:9]] == ["ok"] * len(Check)


async def test_the_command_names_a_difference_and_exits_1(copied: str, tmp_path: Path) -> None:
    await on_database(copied, "UPDATE users SET balance = balance + 1 WHERE handle = 'user-1'")
    done = presage(copied, tmp_path, "audit")
    assert (done.returncode, done.stderr) == (1, "")
    assert "2 differences" in done.stdout
    assert "balance, by grants and entries, is" in done.stdout


async def test_the_command_refuses_a_database_of_another_version(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    async with fresh_database(postgres, "template0") as url:
        done = presage(url, tmp_path, "audit")
    assert (done.returncode, done.stdout) == (1, "")
    assert "presage migrate" in done.stderr
