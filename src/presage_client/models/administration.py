"""What administrators ask, each time with a reason, which is kept."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from presage_client.amounts import MicroPoints
from presage_client.models.base import Answer, Request
from presage_client.models.pages import PageById, PagedById
from presage_client.models.words import AdminAction, Outcome, Role, Subject


class Because(Request):
    """Why."""

    reason: str


class Approve(Because):
    """Open a draft with so much of the treasury's, or with what the operator has set."""

    liquidity: MicroPoints | None = None


class Launch(Approve):
    """The same, done by a job."""

    action: Literal["approve"] = "approve"


class EditMarket(Because):
    """What is to be changed, and nothing else; `probability` in millionths, fees in basis points."""

    title: str | None = None
    description: str | None = None
    category: str | None = None
    probability: int | None = None
    closes_at: datetime | None = None
    fee_bps: int | None = None
    lp_fee_bps: int | None = None


class Resolve(Because):
    """The result."""

    outcome: Outcome


class Swept(Answer):
    """What the treasury received."""

    market_id: UUID
    swept: MicroPoints


class ListUsers(PagedById):
    """Which users; `text` is looked for in their handles."""

    role: Role | None = None
    active: bool | None = None
    text: str | None = None


class User(Answer):
    """An account with its balance."""

    id: UUID
    handle: str
    role: Role
    active: bool
    balance: MicroPoints
    created_at: datetime


class UsersPage(PageById[User]):
    """Users in the order of signing up."""


class ChangeRole(Because):
    """What the account may do from now on."""

    role: Literal["user", "admin"]


class RateApiKey(Because):
    """How many trading requests a minute an API key may send; with none, as many as everybody."""

    per_minute: int | None


class GrantPoints(Because):
    """Points to issue."""

    amount: MicroPoints


class Granted(Answer):
    """Points that were issued to a user."""

    id: UUID
    user_id: UUID
    amount: MicroPoints
    granted_at: datetime
    idempotency_key: str


class ListActions(PagedById):
    """Which actions: of an administrator, of one kind, about one market or user."""

    admin_id: UUID | None = None
    action: AdminAction | None = None
    subject_id: UUID | None = None


class LoggedAction(Answer):
    """What was done, by whom (the operator where `admin_id` is None), why, and what it changed."""

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


class ActionsPage(PageById[LoggedAction]):
    """Actions, the newest first."""
