"""API keys in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, or_, select, update

from adapters.postgres.account_rows import KEY_COLUMNS, key_values, to_key
from adapters.postgres.account_tables import api_keys
from adapters.postgres.session import Session
from domain.accounts.api_key import ApiKey
from domain.shared.errors import NotFound
from domain.shared.ids import ApiKeyId, UserId

KEYS = select(*(api_keys.c[name] for name in KEY_COLUMNS))


def are_live(now: datetime) -> ColumnElement[bool]:
    """The condition of keys that are neither revoked nor expired."""
    expires_at = api_keys.c.expires_at
    return api_keys.c.revoked_at.is_(None) & or_(expires_at.is_(None), expires_at > now)


class PostgresApiKeys:
    """Implements the ApiKeys port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: ApiKey, key_hash: bytes) -> None:
        """Add a key of a locked account, known by the hash of its text."""
        await self._session.run(insert(api_keys).values(**key_values(key), hash=key_hash))

    async def live(self, user_id: UserId, now: datetime) -> Sequence[ApiKey]:
        """A locked account's keys that are neither revoked nor expired."""
        rows = await self._session.rows(KEYS.where(api_keys.c.user_id == user_id, are_live(now)))
        return [to_key(row) for row in rows]

    async def lock(self, user_id: UserId, key_id: ApiKeyId) -> ApiKey:
        """Lock one key of an account. Raises NotFound, also where it is another account's."""
        named = KEYS.where(api_keys.c.id == key_id, api_keys.c.user_id == user_id)
        row = await self._session.row(named.with_for_update())
        if row is None:
            raise NotFound("API_KEY_NOT_FOUND", "List your API keys and choose one of them.", id=str(key_id))
        return to_key(row)

    async def change(self, key: ApiKey) -> None:
        """Store a locked key's revocation and rate."""
        changed = update(api_keys).where(api_keys.c.id == key.id)
        await self._session.run(changed.values(revoked_at=key.revoked_at, per_minute=key.per_minute))
