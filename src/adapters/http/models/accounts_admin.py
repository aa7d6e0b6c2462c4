"""Accounts as administrators read and change them, and the log of what was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from adapters.http.models.administration import Because
from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import Digits, MicroUnits, named
from application.accounts.directory import MAX_USERS, Account, UsersWith
from application.shared.administration import MAX_RECORDS, LoggedAction, RecordsOf
from domain.accounts.user import MAX_HANDLE_LENGTH, PointGrant, Role
from domain.shared.administration import AdminAction, Facts, Subject
from domain.shared.ids import RecordId, UserId

DEFAULT_PAGE = 50
FOR_PEOPLE = (Role.USER, Role.ADMIN)


class ListAccounts(Request):
    """Which accounts; `text` is looked for in their handles, whatever its capitals."""

    role: Annotated[Role, BeforeValidator(named(Role, "ROLE_UNKNOWN"))] | None = None
    active: bool | None = None
    text: Annotated[str, Field(min_length=1, max_length=MAX_HANDLE_LENGTH, pattern=r"^[^\x00]*$")] | None = None
    limit: int = Field(default=DEFAULT_PAGE, ge=1, le=MAX_USERS)
    cursor: UUID | None = None

    @property
    def wanted(self) -> UsersWith:
        """The filter."""
        return UsersWith(self.role, self.active, self.text)

    @property
    def after(self) -> UserId | None:
        """The last account of the page before."""
        return UserId(self.cursor) if self.cursor else None


class ChangeRole(Because):
    """What the account may do from now on."""

    role: Annotated[
        Role,
        BeforeValidator(named(FOR_PEOPLE, "ROLE_UNKNOWN")),
        WithJsonSchema({"type": "string", "enum": [role.value for role in FOR_PEOPLE]}),
    ]


class Grant(Because):
    """Points to issue, in µP."""

    amount: MicroUnits


class AccountAnswer(Answer):
    """An account with its balance in µP."""

    id: UUID
    handle: str
    role: Role
    active: bool
    balance: Digits
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> Self:
        """An account as it was read."""
        user = account.user
        return cls(
            id=user.id,
            handle=user.handle,
            role=user.role,
            active=user.active,
            balance=user.balance,
            created_at=account.created_at,
        )


class AccountsPage(Answer):
    """Accounts in the order of signing up; `next_cursor` is none on the last page."""

    items: list[AccountAnswer]
    next_cursor: UUID | None

    @classmethod
    def of(cls, accounts: Sequence[Account], limit: int) -> Self:
        """A page of `limit` accounts, from accounts of which one more tells that another page follows."""
        items = [AccountAnswer.of(account) for account in accounts[:limit]]
        return cls(items=items, next_cursor=items[-1].id if len(accounts) > limit else None)


class GrantedAnswer(Answer):
    """Points that were issued to a user, in µP."""

    id: UUID
    user_id: UUID
    amount: Digits
    granted_at: datetime
    idempotency_key: str

    @classmethod
    def of(cls, grant: PointGrant, key: str) -> Self:
        """A grant that was made for the administrator's key."""
        return cls(
            id=grant.id,
            user_id=grant.user_id,
            amount=grant.amount,
            granted_at=grant.granted_at,
            idempotency_key=key,
        )


class ListActions(Request):
    """Which actions: of an administrator, of one kind, about one market or user."""

    admin_id: UUID | None = None
    action: Annotated[AdminAction, BeforeValidator(named(AdminAction, "ACTION_UNKNOWN"))] | None = None
    subject_id: UUID | None = None
    limit: int = Field(default=DEFAULT_PAGE, ge=1, le=MAX_RECORDS)
    cursor: UUID | None = None

    @property
    def wanted(self) -> RecordsOf:
        """The filter."""
        return RecordsOf(UserId(self.admin_id) if self.admin_id else None, self.action, self.subject_id)

    @property
    def before(self) -> RecordId | None:
        """The last action of the page before."""
        return RecordId(self.cursor) if self.cursor else None


class ActionAnswer(Answer):
    """What was done, by whom (the operator where `adminId` is none), why, and what it changed.

    Amounts in `before` and `after` are strings of digits, times ISO 8601.
    """

    id: UUID
    at: datetime
    admin_id: UUID | None
    admin: str | None
    action: AdminAction
    subject: Subject
    subject_id: UUID
    before: dict[str, str | int | bool | None]
    after: dict[str, str | int | bool | None]
    reason: str
    request_id: str | None

    @classmethod
    def of(cls, logged: LoggedAction) -> Self:
        """An action as it was logged."""
        record = logged.record
        return cls(
            id=record.id,
            at=record.at,
            admin_id=record.actor.admin_id,
            admin=logged.admin,
            action=record.action,
            subject=record.action.subject,
            subject_id=record.subject_id,
            before=_camel(record.before),
            after=_camel(record.after),
            reason=record.actor.reason,
            request_id=record.actor.request_id,
        )


class ActionsPage(Answer):
    """Actions from the newest on; `next_cursor` is none on the last page."""

    items: list[ActionAnswer]
    next_cursor: UUID | None

    @classmethod
    def of(cls, actions: Sequence[LoggedAction], limit: int) -> Self:
        """A page of `limit` actions, from actions of which one more tells that another page follows."""
        items = [ActionAnswer.of(action) for action in actions[:limit]]
        return cls(items=items, next_cursor=items[-1].id if len(actions) > limit else None)


def _camel(facts: Facts) -> dict[str, str | int | bool | None]:
    named_facts: Mapping[str, str | int | bool | None] = facts
    return {to_camel(name): fact for name, fact in named_facts.items()}
