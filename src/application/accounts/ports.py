"""What the account use cases need of a store. Every method may raise Unavailable."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from domain.accounts.user import PointGrant, User
from domain.shared.ids import UserId


class Accounts(Protocol):
    """Accounts and the grants that gave them points, inside one transaction."""

    async def add(self, user: User, now: datetime) -> None:
        """Add an account without points. Raises Conflict where the id or handle is taken, or a second treasury."""
        ...

    async def lock(self, user_id: UserId) -> User:
        """Lock one account. Raises NotFound."""
        ...

    async def grant(self, user_id: UserId, reference: str) -> PointGrant | None:
        """A locked user's grant with this reference, if there is one."""
        ...

    async def add_grant(self, grant: PointGrant, balance: int) -> None:
        """Add a grant and store the locked user's balance after it, in µP."""
        ...


class AccountsTransaction(Protocol):
    """One transaction: rolled back on leaving it unless committed."""

    @property
    def accounts(self) -> Accounts: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


AccountsTransactions = Callable[[], AbstractAsyncContextManager[AccountsTransaction]]
