"""Choose another handle."""

from dataclasses import dataclass, replace

from application.accounts.ports import AccountsTransactions
from domain.accounts.handle import require_chosen
from domain.accounts.user import User
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class ChangeHandle:
    """Renames a user, everywhere and at once."""

    transactions: AccountsTransactions

    async def __call__(self, user_id: UserId, handle: str) -> User:
        """The user. Raises Invalid, NotFound, and Conflict where another user has the handle."""
        require_chosen(handle)
        async with self.transactions() as transaction:
            user = replace(await transaction.accounts.lock(user_id), handle=handle)
            await transaction.accounts.rename(user)
            await transaction.commit()
        return user
