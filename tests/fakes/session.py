"""One transaction on the store in memory: from its first lock on, its own copy of the tables and its turn to write."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from application.shared.store import StoreError
from domain.shared.errors import Conflict
from tests.fakes.state import State


class Committed:
    """What all transactions see, and whose turn it is to change it."""

    def __init__(self) -> None:
        self.state = State()
        self.turn = asyncio.Lock()


class MemorySession:
    """Like a transaction of PostgreSQL, it is of no more use once a statement failed."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed
        self._draft: State | None = None
        self._failed = False
        self._markets: set[UUID] = set()
        self._users: set[UUID] = set()

    async def take_turn(self) -> None:
        """Wait until no other transaction holds locks, then see what it committed."""
        if self._draft is None:
            await self._committed.turn.acquire()
            self._draft = self._committed.state.copy()

    @contextmanager
    def statement(self) -> Iterator[State]:
        """The tables, for one statement. Raises StoreError after one that failed."""
        if self._failed:
            raise StoreError("the transaction has failed before")
        try:
            yield self._draft or self._committed.state
        except (StoreError, Conflict):
            self._failed = True
            raise

    def lock_markets(self, ids: Collection[UUID]) -> None:
        """Locking a new one after a user breaks the lock order."""
        assert not self._users or self._markets.issuperset(ids), "markets are locked before users"
        self._markets.update(ids)

    def lock_users(self, ids: Collection[UUID]) -> None:
        """Locking twice breaks the lock order."""
        assert not self._users or self._users.issuperset(ids), "users are locked all at once"
        self._users.update(ids)

    def require_locked(self, markets: Collection[UUID] = (), users: Collection[UUID] = ()) -> None:
        """What is read for a change, or changed, is under lock."""
        assert self._markets.issuperset(markets), "the market is locked first"
        assert self._users.issuperset(users), "the user is locked first"

    async def commit(self) -> None:
        """What a failed transaction did is rolled back, and committing it says nothing: as PostgreSQL has it."""
        if self._draft and not self._failed:
            self._committed.state = self._draft
        self.end()

    def end(self) -> None:
        """Let the next transaction in; what was not committed is gone."""
        if self._draft:
            self._draft = None
            self._committed.turn.release()
