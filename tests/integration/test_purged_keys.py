"""A job whose key was taken by another that is purged at that very moment is added all the same."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from adapters.postgres.jobs import ADD_ATTEMPTS, FIRST, PostgresJobs
from adapters.postgres.rows import Row
from adapters.postgres.session import Session, session
from application.jobs.catalogue.system import PING, Ping
from application.jobs.queue_service import Asked
from application.shared.store import StoreBusy
from entrypoints.container import Container
from tests.support import on_database

PURGE = "DELETE FROM job_executions WHERE key = 'once'"
ONCE = Asked(key="once")


class Watched(Session):
    """Lets something happen before, and after, the first jobs of keys are looked up."""

    def __init__(
        self, opened: Session, before: Callable[[], Awaitable[object]], after: Callable[[], Awaitable[object]]
    ):
        super().__init__(opened._connection)
        self._before = before
        self._after = after

    async def fetch(self, sql: str, *arguments: Any) -> Sequence[Row]:
        if sql != FIRST:
            return await super().fetch(sql, *arguments)
        await self._before()
        rows = await super().fetch(sql, *arguments)
        await self._after()
        return rows


@pytest.mark.parametrize("returns", [0, ADD_ATTEMPTS])
async def test_a_key_whose_job_is_purged_meanwhile(exchange: Container, database_url: str, returns: int) -> None:
    """Or again and again, as another takes the key each time."""
    queue, left = exchange.queue_service(), returns
    await queue.request(PING, Ping(), ONCE)

    async def purge() -> None:
        await on_database(database_url, PURGE)

    async def ask_again() -> None:
        nonlocal left
        if left:
            left -= 1
            await queue.request(PING, Ping(), ONCE)

    wanted = queue.execution(PING, Ping(), ONCE)
    async with session(exchange.trading_engine()) as opened:
        jobs = PostgresJobs(Watched(opened, purge, ask_again))
        if returns:
            with pytest.raises(StoreBusy):
                await jobs.add([wanted])
        else:
            assert await jobs.add([wanted]) == [wanted]
    assert left == 0
