"""Accounts: signing in, and what one is there. No secret shows in a representation."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from presage_client.amounts import MicroPoints
from presage_client.models.base import Answer, Request
from presage_client.models.words import Role, Scope

Secret = Annotated[str, Field(repr=False)]
MaybeSecret = Annotated[str | None, Field(repr=False)]


class Register(Request):
    """A new account; `handle` is what others see."""

    email: str
    password: Secret
    handle: str


class LogIn(Request):
    """What somebody signs in with."""

    email: str
    password: Secret


class Refresh(Request):
    """A refresh token, which works once."""

    refresh_token: MaybeSecret = None


class LogOut(Request):
    """The refresh token of the session to end."""

    refresh_token: MaybeSecret = None


class Registered(Answer):
    """An address that can sign in, if it is yours."""

    email: str


class SignedIn(Answer):
    """Proofs of who one is, as the client keeps and renews them."""

    user_id: UUID
    handle: str
    token_type: Literal["Bearer"]
    access_token: Secret
    access_expires_at: datetime
    refresh_token: MaybeSecret
    refresh_expires_at: datetime


class SignedOut(Answer):
    """Nobody is signed in by that token any more."""

    signed_out: Literal[True]


class Profile(Answer):
    """One's own account."""

    id: UUID
    handle: str
    email: str | None
    role: Role
    balance: MicroPoints
    created_at: datetime


class ChangeProfile(Request):
    """What to change of one's own account."""

    handle: str


class ChangePassword(Request):
    """The present password and the next one."""

    old_password: Secret
    new_password: Secret


class CreateApiKey(Request):
    """A new API key: what it may be used for, and until when, or for ever."""

    name: str
    scopes: list[Scope]
    expires_at: datetime | None = None


class ApiKey(Answer):
    """An API key, of which `hint` is the beginning."""

    id: UUID
    name: str
    hint: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    per_minute: int | None


class NewApiKey(ApiKey):
    """A new API key with its text, which is never told again."""

    key: Secret


class ApiKeys(Answer):
    """Every live key, then those that were revoked or have expired."""

    items: list[ApiKey]
