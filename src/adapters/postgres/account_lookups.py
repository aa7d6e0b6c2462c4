"""Look-ups of accounts in PostgreSQL, each one statement that the server commits by itself: one round trip."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.account_rows import CREDENTIAL_COLUMNS, KEY_COLUMNS, to_credential, to_key
from adapters.postgres.account_tables import api_keys, credentials
from adapters.postgres.api_keys import KEYS, are_live
from adapters.postgres.rows import USER_COLUMNS, Row, to_user
from adapters.postgres.session import session
from adapters.postgres.tables import users
from application.accounts.lookups import Profile
from application.shared.trips import Trips
from domain.accounts.api_key import ApiKey
from domain.accounts.credential import Credential
from domain.accounts.email import EmailAddress
from domain.accounts.user import User
from domain.shared.errors import NotFound
from domain.shared.ids import UserId

_USER = tuple(users.c[name] for name in USER_COLUMNS)
_CREDENTIAL = tuple(credentials.c[name] for name in CREDENTIAL_COLUMNS)
_SPLIT = len(_USER)

_OF_USER = ", ".join(f"u.{name}" for name in USER_COLUMNS)
_OF_KEY = ", ".join(f"k.{name}" for name in KEY_COLUMNS)
_BY_IDS = f"SELECT {_OF_USER} FROM users u WHERE u.id = ANY($1::uuid[])"
_KNOWN = f"SELECT {_OF_USER} FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2"
_BY_KEYS = (
    f"SELECT k.hash, {_OF_USER}, {_OF_KEY} FROM api_keys k JOIN users u ON u.id = k.user_id "
    "WHERE k.hash = ANY($1::bytea[])"
)
"""Every request asks one of these three, so that they pass the driver as they are, the first and the last for many
requests at once."""

_BY_EMAIL = select(*_USER, *_CREDENTIAL).join_from(users, credentials, credentials.c.user_id == users.c.id)
_PROFILE = select(*_USER, credentials.c.email, users.c.created_at).select_from(
    users.outerjoin(credentials, credentials.c.user_id == users.c.id)
)


class PostgresAccountLookups:
    """Implements the AccountLookups port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._users: Trips[UserId, User | None] = Trips(self._by_ids)
        self._keys: Trips[bytes, tuple[User, ApiKey] | None] = Trips(self._by_keys)

    async def user(self, user_id: UserId) -> User | None:
        """An account."""
        return await self._users.ask(user_id)

    async def known(self, issuer: str, subject: str) -> User | None:
        """The account of whom an issuer elsewhere vouches for."""
        rows = await self._quickly(_KNOWN, issuer, subject)
        return to_user(rows[0]) if rows else None

    async def by_key(self, key_hash: bytes) -> tuple[User, ApiKey] | None:
        """An API key and the account of its owner."""
        return await self._keys.ask(key_hash)

    async def by_email(self, email: EmailAddress) -> tuple[User, Credential] | None:
        """An account and what it signs in with."""
        row = await self._row(_BY_EMAIL.where(credentials.c.email == email.text))
        return (to_user(row[:_SPLIT]), to_credential(row[_SPLIT:])) if row else None

    async def credential(self, user_id: UserId) -> Credential | None:
        """What an account signs in with."""
        row = await self._row(select(*_CREDENTIAL).where(credentials.c.user_id == user_id))
        return to_credential(row) if row else None

    async def profile(self, user_id: UserId) -> Profile:
        """An account with what its user sees of it. Raises NotFound."""
        row = await self._row(_PROFILE.where(users.c.id == user_id))
        if row is None:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
        email, created_at = row[_SPLIT:]
        return Profile(to_user(row[:_SPLIT]), EmailAddress(email) if email else None, created_at)

    async def api_keys(self, user_id: UserId, now: datetime, limit: int) -> Sequence[ApiKey]:
        """An account's API keys: those that are live, then the others, the newest first."""
        theirs = KEYS.where(api_keys.c.user_id == user_id).order_by(are_live(now).desc(), api_keys.c.id.desc())
        async with session(self._engine) as opened:
            return [to_key(row) for row in await opened.rows(theirs.limit(limit))]

    async def _row(self, statement: Select[Any]) -> Row | None:
        async with session(self._engine) as opened:
            return await opened.row(statement)

    async def _by_ids(self, ids: Sequence[UserId]) -> Sequence[User | None]:
        found = {row[0]: to_user(row) for row in await self._quickly(_BY_IDS, list(set(ids)))}
        return [found.get(user_id) for user_id in ids]

    async def _by_keys(self, hashes: Sequence[bytes]) -> Sequence[tuple[User, ApiKey] | None]:
        rows = await self._quickly(_BY_KEYS, list(set(hashes)))
        found = {row[0]: (to_user(row[1 : 1 + _SPLIT]), to_key(row[1 + _SPLIT :])) for row in rows}
        return [found.get(key_hash) for key_hash in hashes]

    async def _quickly(self, sql: str, *arguments: Any) -> Sequence[Row]:
        async with session(self._engine) as opened:
            return await opened.fetch(sql, *arguments)
