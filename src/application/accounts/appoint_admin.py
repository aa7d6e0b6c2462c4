"""Make or unmake an administrator by his handle, as the operator does."""

from dataclasses import dataclass

from application.accounts.change_user import ChangeUser
from application.accounts.ports import AccountsTransactions
from domain.accounts.user import Role, User
from domain.shared.administration import Actor


@dataclass(frozen=True, slots=True)
class AppointAdmin:
    """Changes the role of the account with a handle. Raises NotFound, Forbidden and Conflict."""

    transactions: AccountsTransactions
    change_user: ChangeUser

    async def __call__(self, handle: str, role: Role, reason: str) -> User:
        """The account in its role, which the log ascribes to the operator."""
        actor = Actor(None, reason)
        async with self.transactions() as transaction:
            user_id = await transaction.accounts.named(handle)
        return await self.change_user.change_role(user_id, role, actor)
