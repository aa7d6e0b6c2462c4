"""Open an account."""

from dataclasses import dataclass

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock, Ids
from domain.accounts.user import Role, User
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class SignUp:
    """Adds a user without points."""

    transactions: AccountsTransactions
    clock: Clock
    ids: Ids

    async def __call__(self, handle: str, role: Role = Role.USER, user_id: UserId | None = None) -> User:
        """The new user. Raises Invalid, and Conflict where the handle is taken."""
        user = User(user_id or UserId(self.ids.new()), handle, role)
        async with self.transactions() as transaction:
            await transaction.accounts.add(user, self.clock.now())
            await transaction.commit()
        return user
