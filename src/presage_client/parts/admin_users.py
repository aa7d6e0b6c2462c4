"""Administering accounts, and the log of what administrators did."""

from collections.abc import AsyncIterator
from typing import Literal
from uuid import UUID

from presage_client.amounts import MicroPoints
from presage_client.models.accounts import ApiKey, ApiKeys
from presage_client.models.administration import (
    ActionsPage,
    Because,
    ChangeRole,
    Granted,
    GrantPoints,
    ListActions,
    ListUsers,
    LoggedAction,
    RateApiKey,
    User,
    UsersPage,
)
from presage_client.models.words import AdminAction, Role
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

_USERS = "/api/v1/admin/users"
_USER = f"{_USERS}/{{id}}"
_PAGE = Operation("GET", _USERS, UsersPage, query=ListUsers)
_ONE = Operation("GET", _USER, User)
_ACTIVATE = Operation("POST", f"{_USER}/activate", User, body=Because)
_DEACTIVATE = Operation("POST", f"{_USER}/deactivate", User, body=Because)
_ROLE = Operation("POST", f"{_USER}/role", User, body=ChangeRole)
_GRANT = Operation("POST", f"{_USER}/grants", Granted, body=GrantPoints, keyed=True)
_KEYS = Operation("GET", f"{_USER}/api-keys", ApiKeys)
_RATE = Operation("POST", f"{_USER}/api-keys/{{key}}/rate", ApiKey, body=RateApiKey)
_ACTIONS = Operation("GET", "/api/v1/admin/actions", ActionsPage, query=ListActions)


class AdminUsers(Part):
    """Under /api/v1/admin/users, and /api/v1/admin/actions."""

    @calls(_PAGE)
    def page(
        self,
        *,
        role: Role | None = None,
        active: bool | None = None,
        text: str | None = None,
        limit: int | None = None,
        cursor: UUID | None = None,
    ) -> Asked:
        """One page of users in the order of signing up; `text` is looked for in their handles."""
        return Asked(query=ListUsers(role=role, active=active, text=text, limit=limit, cursor=cursor))

    def all(
        self, *, role: Role | None = None, active: bool | None = None, text: str | None = None
    ) -> AsyncIterator[User]:
        """Users in the order of signing up."""
        return every(lambda cursor: self.page(role=role, active=active, text=text, cursor=cursor))

    @calls(_ONE)
    def one(self, user_id: UUID | str) -> Asked:
        """One user."""
        return Asked({"id": user_id})

    @calls(_ACTIVATE)
    def activate(self, user_id: UUID | str, reason: str) -> Asked:
        """Let a deactivated user in again."""
        return Asked({"id": user_id}, body=Because(reason=reason))

    @calls(_DEACTIVATE)
    def deactivate(self, user_id: UUID | str, reason: str) -> Asked:
        """Shut a user out."""
        return Asked({"id": user_id}, body=Because(reason=reason))

    @calls(_ROLE)
    def change_role(self, user_id: UUID | str, role: Literal["user", "admin"], reason: str) -> Asked:
        """Make a user an administrator, or an administrator a user."""
        return Asked({"id": user_id}, body=ChangeRole(reason=reason, role=role))

    @calls(_GRANT)
    def grant(
        self, user_id: UUID | str, amount: MicroPoints, reason: str, *, idempotency_key: str | None = None
    ) -> Asked:
        """Issue points to a user, once for the idempotency key."""
        return Asked({"id": user_id}, body=GrantPoints(reason=reason, amount=amount), key=idempotency_key)

    @calls(_KEYS)
    def api_keys(self, user_id: UUID | str) -> Asked:
        """A user's API keys, without their texts."""
        return Asked({"id": user_id})

    @calls(_RATE)
    def rate_api_key(self, user_id: UUID | str, key_id: UUID | str, reason: str, *, per_minute: int | None) -> Asked:
        """Give an API key a number of trading requests a minute of its own, or with None everybody's."""
        return Asked({"id": user_id, "key": key_id}, body=RateApiKey(reason=reason, per_minute=per_minute))

    @calls(_ACTIONS)
    def actions_page(
        self,
        *,
        admin_id: UUID | None = None,
        action: AdminAction | None = None,
        subject_id: UUID | None = None,
        limit: int | None = None,
        cursor: UUID | None = None,
    ) -> Asked:
        """One page of what administrators did, newest first."""
        query = ListActions(admin_id=admin_id, action=action, subject_id=subject_id, limit=limit, cursor=cursor)
        return Asked(query=query)

    def actions(
        self, *, admin_id: UUID | None = None, action: AdminAction | None = None, subject_id: UUID | None = None
    ) -> AsyncIterator[LoggedAction]:
        """What administrators did, newest first."""
        return every(
            lambda cursor: self.actions_page(admin_id=admin_id, action=action, subject_id=subject_id, cursor=cursor)
        )
