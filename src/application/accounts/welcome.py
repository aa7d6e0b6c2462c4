"""What every new user gets."""

from dataclasses import dataclass, replace
from datetime import datetime

from application.accounts.ports import Accounts
from application.shared.ports import Clock, Ids
from domain.accounts.handle import handle_taken
from domain.accounts.user import GrantReason, PointGrant, User
from domain.shared.errors import Conflict
from domain.shared.ids import GrantId, UserId

REFERENCE = "registration"


@dataclass(frozen=True, slots=True)
class Welcome:
    """Adds users with a bonus of so many µP, or none, in the transaction of whoever lets them in."""

    clock: Clock
    ids: Ids
    bonus: int

    async def __call__(self, accounts: Accounts, handle: str) -> User:
        """The new user. Raises Invalid, and Conflict where the handle is taken."""
        user, now = User(UserId(self.ids.new()), handle), self.clock.now()
        try:
            await accounts.add(user, now)
        except Conflict as error:
            raise handle_taken(handle) from error
        return await self._rewarded(accounts, user, now) if self.bonus else user

    async def _rewarded(self, accounts: Accounts, user: User, now: datetime) -> User:
        reason = GrantReason.REGISTRATION_BONUS
        grant = PointGrant(GrantId(self.ids.new()), user.id, self.bonus, reason, REFERENCE, now)
        balance = grant.credited_to((await accounts.lock(user.id)).balance)
        await accounts.add_grant(grant, balance)
        return replace(user, balance=balance)
