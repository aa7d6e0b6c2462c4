"""The short form of the fuzz test."""

from typing import NoReturn

import pytest
from dependency_injector.providers import Object

from adapters.postgres.queries import PostgresQueries
from application.trading.reading.leaderboard import RankCursor
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.fuzz.fuzzer import fuzzed
from tests.fuzz.ground import served


class Faulty(PostgresQueries):
    """Has a leaderboard that fails."""

    async def ranks(self, limit: int, after: RankCursor | None = None) -> NoReturn:
        raise RuntimeError(f"planted: {limit} after {after}")


def _plant(exchange: Container) -> None:
    exchange.queries.override(Object(Faulty(exchange.engine())))


@pytest.mark.timeout(300)  # every operation, perhaps on a busy machine
async def test_nothing_is_found(settings: Settings) -> None:
    async with served(settings) as ground:
        status, said = await fuzzed(ground.url, ground.token, ["--max-examples=4", "--seed=1"])
        report = await ground.exchange.audit()()
    assert status == 0, said[-8_000:]
    assert report.clean


async def test_a_fault_would_be_found(settings: Settings) -> None:
    options = ["--max-examples=1", "--include-path=/api/v1/leaderboard"]
    async with served(settings, _plant) as ground:
        status, said = await fuzzed(ground.url, ground.token, options)
    assert status == 1
    assert "Server error" in said
