"""What the account use cases need of a store. Every method may raise Unavailable."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from application.shared.administration import AdminLog
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

    async def lock_with_administrators(self, user_id: UserId) -> tuple[User, Collection[User]]:
        """Lock one account and all active administrators, in the order of their ids. Raises NotFound."""
        ...

    async def named(self, handle: str) -> UserId:
        """The account with this handle. Raises NotFound."""
        ...

    async def change(self, user: User) -> None:
        """Store a locked account's role, and whether it is active."""
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
    @property
    def admin_log(self) -> AdminLog: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


AccountsTransactions = Callable[[], AbstractAsyncContextManager[AccountsTransaction]]
