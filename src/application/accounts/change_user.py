"""Change an account as an administrator: activate, deactivate, make or unmake an administrator."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock, Ids
from domain.accounts.administrators import change_role, deactivate, require_administrator, require_another
from domain.accounts.user import Role, User
from domain.shared.administration import Actor, AdminAction, Facts
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class ChangeUser:
    """Each change is decided under the locks of the account and of every active administrator, and is recorded.

    A change to what the account is already does and records nothing. The operator may also remove the last
    administrator: he can always make another. Raises NotFound, Forbidden and Conflict.
    """

    transactions: AccountsTransactions
    clock: Clock
    ids: Ids

    async def activate(self, user_id: UserId, actor: Actor) -> User:
        """Let a deactivated account in again."""
        return await self._change(user_id, lambda user: replace(user, active=True), AdminAction.USER_ACTIVATED, actor)

    async def deactivate(self, user_id: UserId, actor: Actor) -> User:
        """Shut an account out; its sessions and keys are refused from the next request on."""
        return await self._change(
            user_id, lambda user: deactivate(user, actor.admin_id), AdminAction.USER_DEACTIVATED, actor
        )

    async def change_role(self, user_id: UserId, role: Role, actor: Actor) -> User:
        """Make a user an administrator, or an administrator a user."""
        return await self._change(user_id, lambda user: change_role(user, role), AdminAction.USER_ROLE_CHANGED, actor)

    async def _change(self, user_id: UserId, step: Callable[[User], User], action: AdminAction, actor: Actor) -> User:
        async with self.transactions() as transaction:
            user, administrators = await transaction.accounts.lock_with_administrators(user_id)
            if actor.admin_id is not None and not actor.vouched:
                require_administrator(administrators, actor.admin_id)
            changed = step(user)
            if changed == user:
                return user
            if actor.admin_id == user_id:
                require_another(administrators, user)
            await transaction.accounts.change(changed)
            now = self.clock.now()
            record = actor.record(self.ids.new(), now, action, user_id, _facts(user), _facts(changed))
            await transaction.admin_log.add(record)
            await transaction.commit()
        return changed


def _facts(user: User) -> Facts:
    return {"role": user.role, "active": user.active}
