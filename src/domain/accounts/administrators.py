"""Who may administer, and what administrators may do to accounts."""

from collections.abc import Collection
from dataclasses import replace

from domain.accounts.user import Role, User
from domain.shared.errors import Conflict, Forbidden
from domain.shared.ids import UserId


def require_administrator(administrators: Collection[User], user_id: UserId) -> None:
    """Refuse who is none of the active administrators. Raises Forbidden."""
    if all(each.id != user_id for each in administrators):
        raise Forbidden("ADMIN_ONLY", "Ask an administrator to do this.")


def require_another(administrators: Collection[User], user: User) -> None:
    """Refuse to lose the last of the active administrators. Raises Conflict."""
    if [each.id for each in administrators] == [user.id]:
        raise Conflict("LAST_ADMIN", "Make another user an administrator first; this is the last one.")


def deactivate(user: User, by: UserId | None) -> User:
    """The account, shut out. Raises Forbidden for one's own, and for the treasury."""
    if user.id == by:
        raise Forbidden("OWN_ACCOUNT", "Ask another administrator to deactivate your account.")
    _require_person(user)
    return replace(user, active=False)


def change_role(user: User, role: Role) -> User:
    """The account as a user or an administrator.

    Raises Forbidden for the treasury, and Conflict where a deactivated account would become an administrator.
    """
    if role is Role.TREASURY:
        raise Forbidden("TREASURY_FIXED", "There is one treasury, and its role is fixed; choose user or admin.")
    _require_person(user)
    if role is Role.ADMIN and not user.active:
        raise Conflict("USER_INACTIVE", "Activate the account first.", user_id=str(user.id))
    return replace(user, role=role)


def _require_person(user: User) -> None:
    if user.role is Role.TREASURY:
        raise Forbidden("TREASURY_FIXED", "The treasury stays as it is; choose another account.")
