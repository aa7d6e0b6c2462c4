"""Look-ups of accounts in memory, of what is committed."""

from collections.abc import Sequence
from datetime import datetime

from application.accounts.lookups import Profile
from domain.accounts.api_key import ApiKey
from domain.accounts.credential import Credential
from domain.accounts.email import EmailAddress
from domain.accounts.user import User
from domain.shared.errors import NotFound
from domain.shared.ids import UserId
from tests.fakes.constraints import require_text
from tests.fakes.store import MemoryStore


class MemoryAccountLookups:
    """Implements the AccountLookups port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def user(self, user_id: UserId) -> User | None:
        return self._store.committed.users.get(user_id)

    async def known(self, issuer: str, subject: str) -> User | None:
        require_text(issuer, subject)
        state = self._store.committed
        found = state.identities.get((issuer, subject))
        return state.users[found[0]] if found else None

    async def by_key(self, key_hash: bytes) -> tuple[User, ApiKey] | None:
        state = self._store.committed
        for key, stored in state.api_keys.values():
            if stored == key_hash:
                return state.users[key.user_id], key
        return None

    async def by_email(self, email: EmailAddress) -> tuple[User, Credential] | None:
        state = self._store.committed
        for credential in state.credentials.values():
            if credential.email == email:
                return state.users[credential.user_id], credential
        return None

    async def credential(self, user_id: UserId) -> Credential | None:
        return self._store.committed.credentials.get(user_id)

    async def profile(self, user_id: UserId) -> Profile:
        state = self._store.committed
        if user_id not in state.users:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
        credential = state.credentials.get(user_id)
        return Profile(state.users[user_id], credential.email if credential else None, state.signed_up[user_id])

    async def api_keys(self, user_id: UserId, now: datetime, limit: int) -> Sequence[ApiKey]:
        theirs = [key for key, _ in self._store.committed.api_keys.values() if key.user_id == user_id]
        return sorted(theirs, key=lambda key: (key.is_live(now), key.id), reverse=True)[:limit]
