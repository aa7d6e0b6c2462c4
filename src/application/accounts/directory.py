"""Accounts as administrators read them. Reading takes no locks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.accounts.user import Role, User
from domain.shared.ids import UserId

MAX_USERS = 200
"""Accounts on one page."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and when he signed up."""

    user: User
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UsersWith:
    """Which accounts: of a role, active or not, with a text in their handle (capitals do not matter), or any."""

    role: Role | None = None
    active: bool | None = None
    text: str | None = None


class Directory(Protocol):
    """Read access to all accounts."""

    async def account(self, user_id: UserId) -> Account:
        """One account. Raises NotFound."""
        ...

    async def accounts(self, wanted: UsersWith, limit: int, after: UserId | None = None) -> list[Account]:
        """Accounts in the order of their ids, which is that of signing up, from the one after `after`."""
        ...
