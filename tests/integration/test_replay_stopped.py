"""A replay that was stopped or killed at any moment goes on where it was."""

import random
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from dependency_injector import providers
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.transactions import PostgresTransaction, PostgresTransactions
from application.shared.store import StoreBusy
from domain.shared.errors import Unavailable
from entrypoints.container import Container
from entrypoints.replay.flow import read_flow
from tests.faults.waiting import until
from tests.integration.replayed import GROUP, OPTIONS, random_flow, replay, rows_in, small_groups, start
from tests.support import fresh_database

PATIENCE_S = 60.0


class FailingTransactions:
    """Transactions of a store that is gone after the first few, for as long as a run lasts."""

    def __init__(self, engine: AsyncEngine, few: int) -> None:
        self._transactions = PostgresTransactions(engine)
        self.left = few

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[PostgresTransaction]:
        self.left -= 1
        if self.left < 0:
            raise StoreBusy("the store is gone")
        async with self._transactions() as transaction:
            yield transaction


async def test_stopped_by_the_store_it_goes_on(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    flow = read_flow(random_flow(tmp_path / "flow", 200))
    async with fresh_database(postgres) as url, small_groups(url, tmp_path) as exchange:
        transactions = FailingTransactions(exchange.engine(), few=1_000)
        exchange.transactions.override(providers.Object(transactions))
        expected, _ = await replay(exchange, flow)
        left = transactions.left
        await replay(exchange, flow)
        fewest = left - transactions.left  # that any run takes
    assert expected.filled > 100
    assert len(expected.refused) >= 2
    rows = []
    async with fresh_database(postgres) as url:
        for few in sorted(random.Random(7).sample(range(fewest), 10)):
            async with small_groups(url, tmp_path) as stopped:
                stopped.transactions.override(providers.Object(FailingTransactions(stopped.engine(), few)))
                with pytest.raises(Unavailable, match=r"the store is gone\..*same options"):
                    await replay(stopped, flow)
                rows.append(await rows_in(stopped))
        async with small_groups(url, tmp_path) as started_again:
            report, _ = await replay(started_again, flow)
            rows.append(await rows_in(started_again))
    assert report == expected
    assert rows == sorted(rows)
    assert len(set(rows)) > 5


async def killed_at(rows: int, exchange: Container, process: subprocess.Popen[str]) -> int:
    """Kill the process once the store has so many rows; how many it has then."""

    async def reached() -> bool:
        return process.poll() is not None or await rows_in(exchange) >= rows

    try:
        await until(reached, PATIENCE_S)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    return await rows_in(exchange)


async def test_killed_at_any_moment_it_goes_on(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    folder = random_flow(tmp_path / "flow", 400)
    flow = read_flow(folder)
    async with fresh_database(postgres) as url, small_groups(url, tmp_path) as exchange:
        expected, _ = await replay(exchange, flow)
        total = await rows_in(exchange)
    async with fresh_database(postgres) as url, small_groups(url, tmp_path) as exchange:
        environment = {"DATABASE_URL": url, "PRESAGE_DESK_GROUP_SIZE": str(GROUP)}
        for rows in sorted(random.Random(11).sample(range(total * 9 // 10), 3)):
            process = start(folder, *OPTIONS, cwd=tmp_path, **environment)
            assert rows <= await killed_at(rows, exchange, process) < total
        report, _ = await replay(exchange, flow)
        assert report == expected
        assert await rows_in(exchange) == total
