"""Credentials and identities from elsewhere in memory."""

from datetime import datetime

from domain.accounts.credential import Credential
from domain.shared.errors import Conflict
from domain.shared.ids import UserId
from tests.fakes.constraints import require, require_text
from tests.fakes.session import MemorySession


class MemoryCredentials:
    """Implements the Credentials port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, credential: Credential) -> None:
        await self._session.take_turn()
        with self._session.statement() as state:
            if any(other.email == credential.email for other in state.credentials.values()):
                raise Conflict("EMAIL_KNOWN", "Sign in; this address has an account.")
            require(credential.user_id in state.users, "fk_credentials_user_id")
            require(credential.user_id not in state.credentials, "pk_credentials")
            require_text(credential.password_hash)
            state.credentials[credential.user_id] = credential

    async def of(self, user_id: UserId) -> Credential | None:
        self._session.require_locked(users=[user_id])
        with self._session.statement() as state:
            return state.credentials.get(user_id)

    async def change(self, credential: Credential) -> None:
        self._session.require_locked(users=[credential.user_id])
        with self._session.statement() as state:
            assert credential.user_id in state.credentials, "a credential that was read is there"
            state.credentials[credential.user_id] = credential


class MemoryIdentities:
    """Implements the Identities port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, issuer: str, subject: str, user_id: UserId, now: datetime) -> None:
        await self._session.take_turn()
        with self._session.statement() as state:
            require_text(issuer, subject)
            if (issuer, subject) in state.identities:
                raise Conflict("IDENTITY_KNOWN", "Look the account up; this subject has one.")
            require(user_id in state.users, "fk_identities_user_id")
            state.identities[issuer, subject] = user_id, now
