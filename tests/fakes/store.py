"""The store in memory: one transaction at a time holds locks, on its own copy, which committing puts in place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fakes.accounts import MemoryAccounts
from tests.fakes.admin_log import MemoryAdminLog
from tests.fakes.api_keys import MemoryApiKeys
from tests.fakes.books import MemoryBooks
from tests.fakes.covers import MemoryCovers
from tests.fakes.credentials import MemoryCredentials, MemoryIdentities
from tests.fakes.jobs import MemoryJobQueries, MemoryJobs, MemoryRuns
from tests.fakes.markets import MemoryHolders, MemoryMarkets, MemoryTreasury
from tests.fakes.schedules import MemorySchedules
from tests.fakes.session import Committed, MemorySession
from tests.fakes.sign_ins import MemorySessions
from tests.fakes.state import State
from tests.fakes.webhooks import MemoryWebhooks


class MemoryTransaction:
    """Implements the transactions of every context."""

    def __init__(self, session: MemorySession) -> None:
        self.books = MemoryBooks(session)
        self.holders = MemoryHolders(session)
        self.markets = MemoryMarkets(session)
        self.treasury = MemoryTreasury(session)
        self.accounts = MemoryAccounts(session)
        self.admin_log = MemoryAdminLog(session)
        self.credentials = MemoryCredentials(session)
        self.identities = MemoryIdentities(session)
        self.sessions = MemorySessions(session)
        self.api_keys = MemoryApiKeys(session)
        self.jobs = MemoryJobs(session)
        self.covers = MemoryCovers(session)
        self.schedules = MemorySchedules(session)
        self.webhooks = MemoryWebhooks(session)
        self.commit = session.commit


class MemoryStore:
    """Opens transactions; `committed` is what all others see."""

    def __init__(self) -> None:
        self.kept = Committed()
        self.runs = MemoryRuns(self.kept)
        self.job_queries = MemoryJobQueries(self.kept)

    @property
    def committed(self) -> State:
        return self.kept.state

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[MemoryTransaction]:
        """A transaction, rolled back on leaving it unless committed."""
        session = MemorySession(self.kept)
        try:
            yield MemoryTransaction(session)
        finally:
            session.end()

    @asynccontextmanager
    async def change(self) -> AsyncIterator[State]:
        """The tables, for one change that is a transaction of its own."""
        session = MemorySession(self.kept)
        try:
            await session.take_turn()
            with session.statement() as state:
                yield state
            await session.commit()
        finally:
            session.end()
