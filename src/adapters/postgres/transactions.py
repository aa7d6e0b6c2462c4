"""The unit of work: one connection, one transaction, every port of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.accounts import PostgresAccounts
from adapters.postgres.admin_log import PostgresAdminLog
from adapters.postgres.api_keys import PostgresApiKeys
from adapters.postgres.books import PostgresBooks
from adapters.postgres.covers import PostgresCovers
from adapters.postgres.credentials import PostgresCredentials, PostgresIdentities
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.markets import PostgresHolders, PostgresMarkets, PostgresTreasury
from adapters.postgres.schedules import PostgresSchedules
from adapters.postgres.session import Session, session
from adapters.postgres.sign_ins import PostgresSessions
from adapters.postgres.webhooks import PostgresWebhooks
from application.jobs.ports import UNHEARD, Wakes


class PostgresTransaction:
    """Implements the transactions of every context."""

    def __init__(self, session: Session, wakes: Wakes = UNHEARD) -> None:
        self._session = session
        self._wakes = wakes
        self.books = PostgresBooks(session)
        self.holders = PostgresHolders(session)
        self.markets = PostgresMarkets(session)
        self.treasury = PostgresTreasury(session)
        self.accounts = PostgresAccounts(session)
        self.admin_log = PostgresAdminLog(session)
        self.credentials = PostgresCredentials(session)
        self.identities = PostgresIdentities(session)
        self.sessions = PostgresSessions(session)
        self.api_keys = PostgresApiKeys(session)
        self.jobs = PostgresJobs(session)
        self.covers = PostgresCovers(session)
        self.schedules = PostgresSchedules(session)
        self.webhooks = PostgresWebhooks(session)

    async def commit(self) -> None:
        """Make it durable, then wake the workers of the jobs in it. Raises CommitUnknown, StoreBusy and StoreError."""
        await self._session.commit()
        if self.jobs.queues:
            self._wakes.wake(self.jobs.queues)


class PostgresTransactions:
    """Opens transactions on a pool; `wakes` hears of the jobs that they add."""

    def __init__(self, engine: AsyncEngine, wakes: Wakes = UNHEARD) -> None:
        self._engine = engine
        self._wakes = wakes

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[PostgresTransaction]:
        """A transaction, rolled back on leaving it unless committed. Raises StoreBusy."""
        async with session(self._engine) as opened:
            yield PostgresTransaction(opened, self._wakes)
