"""What the account use cases need of a store. Every method may raise Unavailable."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from application.jobs.ports import Jobs
from application.shared.administration import AdminLog
from domain.accounts.api_key import ApiKey
from domain.accounts.credential import Credential
from domain.accounts.session import RefreshToken, Session
from domain.accounts.user import PointGrant, User
from domain.shared.ids import ApiKeyId, SessionId, UserId


class Accounts(Protocol):
    """Accounts and the grants that gave them points, inside one transaction."""

    async def add(self, user: User, now: datetime) -> None:
        """Add an account without points. Raises Conflict where the id or handle is taken, or a second treasury."""
        ...

    async def lock(self, user_id: UserId) -> User:
        """Lock one account. Raises NotFound."""
        ...

    async def lock_with_administrators(self, user_id: UserId) -> tuple[User, Collection[User]]:
        """Lock one account and all active administrators, in the order of their ids. Raises NotFound."""
        ...

    async def named(self, handle: str) -> UserId:
        """The account with this handle. Raises NotFound."""
        ...

    async def change(self, user: User) -> None:
        """Store a locked account's role, and whether it is active."""
        ...

    async def read(self, user_id: UserId) -> User:
        """One account as it is now, without a lock. Raises NotFound."""
        ...

    async def rename(self, user: User) -> None:
        """Store a locked account's handle. Raises Conflict where another account has it."""
        ...

    async def grant(self, user_id: UserId, reference: str) -> PointGrant | None:
        """A locked user's grant with this reference, if there is one."""
        ...

    async def add_grant(self, grant: PointGrant, balance: int) -> None:
        """Add a grant and store the locked user's balance after it, in µP."""
        ...


class Credentials(Protocol):
    """E-mail addresses and hashes of passwords, inside one transaction."""

    async def add(self, credential: Credential) -> None:
        """Add a new account's. Raises Conflict where another account has the address."""
        ...

    async def of(self, user_id: UserId) -> Credential | None:
        """A locked account's, if it has one."""
        ...

    async def change(self, credential: Credential) -> None:
        """Store a locked account's hash and when it was chosen."""
        ...


class Identities(Protocol):
    """Accounts of users whom an issuer elsewhere vouches for, inside one transaction."""

    async def add(self, issuer: str, subject: str, user_id: UserId, now: datetime) -> None:
        """Add a new account's. Raises Conflict where the subject has one."""
        ...


class Sessions(Protocol):
    """Sessions and their refresh tokens, inside one transaction."""

    async def add(self, session: Session, token: RefreshToken) -> None:
        """Add a session with its first token."""
        ...

    async def lock(self, token_hash: bytes) -> tuple[Session, RefreshToken] | None:
        """Lock the session of a token, then read both; None where the token is unknown. No account is locked after."""
        ...

    async def change(self, session: Session) -> None:
        """Store a locked session's revocation."""
        ...

    async def rotate(self, used: RefreshToken, successor: RefreshToken) -> None:
        """Store the use of a locked session's token, and the token that follows it."""
        ...

    async def revoke_all(self, user_id: UserId, now: datetime) -> None:
        """Revoke every session of a locked account."""
        ...

    async def forget(self, user_id: UserId, now: datetime, keep: int) -> None:
        """Delete a locked account's sessions that have ended, and the oldest of the others beyond `keep`."""
        ...

    async def forget_ended(self, now: datetime, limit: int, after: SessionId | None = None) -> Sequence[SessionId]:
        """Delete sessions that have ended, of all accounts in the order of their ids, from the one after `after` on.

        Those that another transaction has locked stay.
        """
        ...


class ApiKeys(Protocol):
    """API keys, inside one transaction."""

    async def add(self, key: ApiKey, key_hash: bytes) -> None:
        """Add a key of a locked account, known by the hash of its text."""
        ...

    async def live(self, user_id: UserId, now: datetime) -> Sequence[ApiKey]:
        """A locked account's keys that are neither revoked nor expired."""
        ...

    async def lock(self, user_id: UserId, key_id: ApiKeyId) -> ApiKey:
        """Lock one key of an account. Raises NotFound, also where it is another account's."""
        ...

    async def change(self, key: ApiKey) -> None:
        """Store a locked key's revocation and rate."""
        ...


class AccountsTransaction(Protocol):
    """One transaction: rolled back on leaving it unless committed."""

    @property
    def accounts(self) -> Accounts: ...

    @property
    def admin_log(self) -> AdminLog: ...

    @property
    def credentials(self) -> Credentials: ...

    @property
    def identities(self) -> Identities: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def api_keys(self) -> ApiKeys: ...

    @property
    def jobs(self) -> Jobs: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


AccountsTransactions = Callable[[], AbstractAsyncContextManager[AccountsTransaction]]
