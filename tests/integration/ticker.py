"""A process that starts what schedules have due, and says `ticking` on standard output before it commits."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from adapters.postgres.engine import create_engine
from adapters.postgres.job_queries import PostgresJobQueries
from adapters.postgres.transactions import PostgresTransaction, PostgresTransactions
from application.jobs.catalogue.system import PING
from application.jobs.ping import ping
from application.jobs.queue_service import QueueService
from application.jobs.run import Work
from application.jobs.schedules.start_job import StartJob
from application.jobs.schedules.tick import Tick
from entrypoints.world import SystemClock, TimeOrderedIds

BATCH = 5
WHILE_S = 0.02
"""How long it holds what it has done, before it commits."""


class Told:
    """A transaction that says when it is about to commit."""

    def __init__(self, transaction: PostgresTransaction) -> None:
        self._transaction = transaction

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    async def commit(self) -> None:
        sys.stdout.write("ticking\n")
        sys.stdout.flush()
        await asyncio.sleep(WHILE_S)
        await self._transaction.commit()


async def _tick(url: str) -> None:
    engine, clock = create_engine(url), SystemClock()
    transactions = PostgresTransactions(engine)

    @asynccontextmanager
    async def told() -> AsyncIterator[PostgresTransaction]:
        async with transactions() as transaction:
            yield cast(PostgresTransaction, Told(transaction))

    queue = QueueService(transactions, PostgresJobQueries(engine), clock, TimeOrderedIds())
    tick = Tick(told, StartJob(queue, {PING.name: Work(PING, ping)}), clock)
    while True:
        if await tick(BATCH) < BATCH:
            await asyncio.sleep(0.005)


if __name__ == "__main__":
    asyncio.run(_tick(sys.argv[1]))
