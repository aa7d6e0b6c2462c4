"""Credentials and identities from elsewhere in PostgreSQL."""

from datetime import datetime

from sqlalchemy import insert, select, update

from adapters.postgres.account_rows import CREDENTIAL_COLUMNS, to_credential
from adapters.postgres.account_tables import credentials, identities
from adapters.postgres.session import Session
from application.shared.store import StoreError
from domain.accounts.credential import Credential
from domain.shared.errors import Conflict
from domain.shared.ids import UserId


class PostgresCredentials:
    """Implements the Credentials port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, credential: Credential) -> None:
        """Add a new account's. Raises Conflict where another account has the address."""
        values = {
            "user_id": credential.user_id,
            "email": credential.email.text,
            "password_hash": credential.password_hash,
            "changed_at": credential.changed_at,
        }
        try:
            await self._session.run(insert(credentials).values(**values))
        except StoreError as error:
            if not error.duplicate:
                raise
            raise Conflict("EMAIL_KNOWN", "Sign in; this address has an account.") from error

    async def of(self, user_id: UserId) -> Credential | None:
        """A locked account's, if it has one."""
        columns = (credentials.c[name] for name in CREDENTIAL_COLUMNS)
        row = await self._session.row(select(*columns).where(credentials.c.user_id == user_id))
        return to_credential(row) if row else None

    async def change(self, credential: Credential) -> None:
        """Store a locked account's hash and when it was chosen."""
        values = {"password_hash": credential.password_hash, "changed_at": credential.changed_at}
        changed = await self._session.run(
            update(credentials).where(credentials.c.user_id == credential.user_id).values(**values)
        )
        assert changed == 1, "a credential that was read is there"


class PostgresIdentities:
    """Implements the Identities port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, issuer: str, subject: str, user_id: UserId, now: datetime) -> None:
        """Add a new account's. Raises Conflict where the subject has one."""
        values = {"issuer": issuer, "subject": subject, "user_id": user_id, "created_at": now}
        try:
            await self._session.run(insert(identities).values(**values))
        except StoreError as error:
            if not error.duplicate:
                raise
            raise Conflict("IDENTITY_KNOWN", "Look the account up; this subject has one.") from error
