"""Administering accounts, and reading the log of what administrators did."""

from dataclasses import dataclass
from typing import Any

from adapters.http.acting import actor_of
from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, Reply, get, post
from adapters.http.models.accounts_admin import (
    AccountAnswer,
    AccountsPage,
    ActionsPage,
    ChangeRole,
    Grant,
    GrantedAnswer,
    ListAccounts,
    ListActions,
)
from adapters.http.models.administration import Because
from application.accounts.change_user import ChangeUser
from application.accounts.directory import Directory
from application.accounts.grant_points import GrantPoints
from application.shared.administration import AdminRecords
from application.shared.answer_once import AnswerOnce
from domain.shared.ids import UserId

_USERS = "/api/v1/admin/users"
_USER = f"{_USERS}/{{id}}"


@dataclass(frozen=True, slots=True)
class AccountAdministration:
    """Who may do what, who is shut out, and who gets points."""

    change_user: ChangeUser
    grant_points: GrantPoints
    directory: Directory
    records: AdminRecords
    once: AnswerOnce

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/admin/users, and /api/v1/admin/actions."""
        admin, answer = Access.ADMIN, AccountAnswer
        return [
            get(_USERS, self.page, admin, AccountsPage, query=ListAccounts),
            get(_USER, self.one, admin, answer),
            post(f"{_USER}/activate", self.activate, admin, answer, body=Because),
            post(f"{_USER}/deactivate", self.deactivate, admin, answer, body=Because),
            post(f"{_USER}/role", self.role, admin, answer, body=ChangeRole),
            post(
                f"{_USER}/grants",
                self.grant,
                admin,
                GrantedAnswer,
                body=Grant,
                keyed=True,
                once=self.once,
                status=201,
            ),
            get("/api/v1/admin/actions", self.actions, admin, ActionsPage, query=ListActions),
        ]

    async def page(self, call: Call[ListAccounts, NoBody]) -> AccountsPage:
        """List users."""
        asked = call.query
        return AccountsPage.of(await self.directory.accounts(asked.wanted, asked.limit + 1, asked.after), asked.limit)

    async def one(self, call: Call[NoQuery, NoBody]) -> AccountAnswer:
        """Read one user."""
        return await self._answer(call)

    async def activate(self, call: Call[NoQuery, Because]) -> AccountAnswer:
        """Let a deactivated user in again."""
        await self.change_user.activate(_user(call), actor_of(call))
        return await self._answer(call)

    async def deactivate(self, call: Call[NoQuery, Because]) -> AccountAnswer:
        """Shut a user out: his sessions and API keys are refused at once."""
        await self.change_user.deactivate(_user(call), actor_of(call))
        return await self._answer(call)

    async def role(self, call: Call[NoQuery, ChangeRole]) -> AccountAnswer:
        """Make a user an administrator, or an administrator a user; the last one stays."""
        await self.change_user.change_role(_user(call), call.body.role, actor_of(call))
        return await self._answer(call)

    async def grant(self, call: Call[NoQuery, Grant]) -> Reply:
        """Issue points to a user, once for the idempotency key."""
        granted = await self.grant_points.by(actor_of(call), _user(call), call.body.amount, call.key)
        return Reply(GrantedAnswer.of(granted.grant, call.key), repeated=granted.repeated)

    async def actions(self, call: Call[ListActions, NoBody]) -> ActionsPage:
        """Read the log of what administrators did."""
        asked = call.query
        return ActionsPage.of(await self.records.records(asked.wanted, asked.limit + 1, asked.before), asked.limit)

    async def _answer(self, call: Call[Any, Any]) -> AccountAnswer:
        return AccountAnswer.of(await self.directory.account(_user(call)))


def _user(call: Call[Any, Any]) -> UserId:
    return UserId(call.id(code="USER_NOT_FOUND"))
