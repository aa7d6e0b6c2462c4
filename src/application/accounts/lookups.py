"""Accounts as those who sign in need them: each look-up is one statement, without locks or a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.accounts.api_key import ApiKey
from domain.accounts.credential import Credential
from domain.accounts.email import EmailAddress
from domain.accounts.user import User
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class Profile:
    """What users see of their own account; `email` where they sign in here."""

    user: User
    email: EmailAddress | None
    created_at: datetime


class AccountLookups(Protocol):
    """Read access to accounts by what proves them. Every method may raise Unavailable."""

    async def user(self, user_id: UserId) -> User | None:
        """An account."""
        ...

    async def known(self, issuer: str, subject: str) -> User | None:
        """The account of whom an issuer elsewhere vouches for."""
        ...

    async def by_key(self, key_hash: bytes) -> tuple[User, ApiKey] | None:
        """An API key and the account of its owner."""
        ...

    async def by_email(self, email: EmailAddress) -> tuple[User, Credential] | None:
        """An account and what it signs in with."""
        ...

    async def credential(self, user_id: UserId) -> Credential | None:
        """What an account signs in with."""
        ...

    async def profile(self, user_id: UserId) -> Profile:
        """An account with what its user sees of it. Raises NotFound."""
        ...

    async def api_keys(self, user_id: UserId, now: datetime, limit: int) -> Sequence[ApiKey]:
        """An account's API keys: those that are live, then the others, the newest first."""
        ...
