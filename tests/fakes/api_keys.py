"""API keys in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.accounts.api_key import ApiKey
from domain.shared.errors import NotFound
from domain.shared.ids import ApiKeyId, UserId
from tests.fakes.constraints import require, require_text
from tests.fakes.session import MemorySession


class MemoryApiKeys:
    """Implements the ApiKeys port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, key: ApiKey, key_hash: bytes) -> None:
        self._session.require_locked(users=[key.user_id])
        with self._session.statement() as state:
            require_text(key.name, key.hint)
            require(key.id not in state.api_keys, "pk_api_keys")
            require(all(other != key_hash for _, other in state.api_keys.values()), "uq_api_keys_hash")
            require(len(key_hash) == 32, "ck_api_keys_hash")
            state.api_keys[key.id] = key, key_hash

    async def live(self, user_id: UserId, now: datetime) -> Sequence[ApiKey]:
        self._session.require_locked(users=[user_id])
        with self._session.statement() as state:
            return [key for key, _ in state.api_keys.values() if key.user_id == user_id and key.is_live(now)]

    async def lock(self, user_id: UserId, key_id: ApiKeyId) -> ApiKey:
        await self._session.take_turn()
        with self._session.statement() as state:
            key, _ = state.api_keys.get(key_id, (None, b""))
            if key is None or key.user_id != user_id:
                raise NotFound("API_KEY_NOT_FOUND", "List your API keys and choose one of them.", id=str(key_id))
            return key

    async def change(self, key: ApiKey) -> None:
        with self._session.statement() as state:
            stored, key_hash = state.api_keys[key.id]
            state.api_keys[key.id] = replace(stored, revoked_at=key.revoked_at, per_minute=key.per_minute), key_hash
