"""Who gets mail, in memory, of what is committed."""

from collections.abc import Sequence

from domain.accounts.email import EmailAddress
from domain.shared.ids import UserId
from tests.fakes.store import MemoryStore


class MemoryMailReceivers:
    """Implements the Addresses and the Operators port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def of(self, user_id: UserId) -> EmailAddress | None:
        state = self._store.committed
        credential = state.credentials.get(user_id)
        return credential.email if credential and state.users[user_id].active else None

    async def administrators(self) -> Sequence[UserId]:
        users = self._store.committed.users.values()
        return sorted(user.id for user in users if user.administers)
