"""Accounts: what people sign in with, what they are answered, and their API keys."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictBool
from pydantic.config import JsonDict

from adapters.http.models.administration import Because
from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import WHOLE, Digits, Moment, named, refuse
from application.accounts.create_api_key import NewApiKey
from application.accounts.lookups import Profile
from application.accounts.sign_ins import SignedIn
from domain.accounts.api_key import MAX_KEY_NAME_LENGTH, MAX_PER_MINUTE, ApiKey
from domain.accounts.caller import Scope
from domain.accounts.email import MAX_EMAIL_LENGTH, EmailAddress
from domain.accounts.password import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, Password
from domain.accounts.user import MAX_HANDLE_LENGTH, Role, User, require_handle
from domain.shared.errors import Invalid

MAX_TOKEN_LENGTH = 512

_REFRESH_TOKEN = "q3Gxq1v0fC0tJ3J5v2R8yWnZb1sXk9uQm4eLhT7aP6c"
_WITH_TOKEN = ConfigDict(json_schema_extra={"examples": [{"refreshToken": _REFRESH_TOKEN}]})


def _kept(rule: Callable[[str], object]) -> AfterValidator:
    """A validator that refuses what a rule of the domain refuses, in its words."""

    def validate(given: str) -> str:
        try:
            rule(given)
        except Invalid as invalid:
            raise refuse(invalid.code, invalid.message) from None
        return given

    return AfterValidator(validate)


def _secret(least: int, most: int) -> Any:
    schema: JsonDict = {
        "format": "password",
        "minLength": least,
        "maxLength": most,
        "examples": ["correct horse battery"],
    }
    return Field(repr=False, json_schema_extra=schema)


Email = Annotated[
    str,
    _kept(EmailAddress),
    Field(json_schema_extra={"format": "email", "maxLength": MAX_EMAIL_LENGTH, "examples": ["ada@example.org"]}),
]
ChosenPassword = Annotated[str, _kept(Password.chosen), _secret(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH)]
TypedPassword = Annotated[str, _kept(Password), _secret(1, MAX_PASSWORD_LENGTH)]
Handle = Annotated[
    str,
    _kept(require_handle),
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_HANDLE_LENGTH, "examples": ["ada"]}),
]
RefreshText = Annotated[
    str | None, Field(repr=False, min_length=1, max_length=MAX_TOKEN_LENGTH, examples=[_REFRESH_TOKEN])
]
ScopeName = Annotated[Scope, BeforeValidator(named(Scope, "SCOPE_UNKNOWN"))]


class Registration(Request):
    """A new account: an e-mail address and a password to sign in with, and the handle that others see."""

    email: Email
    password: ChosenPassword
    handle: Handle


class Credentials(Request):
    """What somebody signs in with; with `cookie`, the refresh token comes in a cookie that no script can read."""

    email: Email
    password: TypedPassword
    cookie: StrictBool = False


class Refreshing(Request):
    """The refresh token, unless it is in the cookie; with `cookie`, the next one comes in the cookie too."""

    model_config = _WITH_TOKEN

    refresh_token: RefreshText = None
    cookie: StrictBool = False


class SigningOut(Request):
    """The refresh token, unless it is in the cookie."""

    model_config = _WITH_TOKEN

    refresh_token: RefreshText = None


class ProfileChange(Request):
    """What to change of one's own account."""

    handle: Handle


class PasswordChange(Request):
    """The present password and the next one."""

    old_password: TypedPassword
    new_password: ChosenPassword
    cookie: StrictBool = False


class ApiKeyWish(Request):
    """A new API key: its name, what it may be used for, and until when, or for ever."""

    name: str = Field(min_length=1, max_length=MAX_KEY_NAME_LENGTH, examples=["market maker"])
    scopes: list[ScopeName] = Field(min_length=1, max_length=len(Scope))
    expires_at: Moment | None = None


class KeyRate(Because):
    """Trading requests a minute that an API key may send; null for as many as everybody."""

    per_minute: Annotated[int, Field(ge=1, le=MAX_PER_MINUTE), WHOLE] | None


class RegisteredAnswer(Answer):
    """An address that can sign in, if it is yours: whether or not it had an account before is told to nobody."""

    email: str = Field(examples=["ada@example.org"])


class SignedInAnswer(Answer):
    """Proofs of who you are.

    Send `accessToken` as `Authorization: Bearer` until `accessExpiresAt`; before that, exchange `refreshToken` for
    the next pair, once. It is none where it came in the cookie.
    """

    user_id: UUID
    handle: str = Field(examples=["ada"])
    token_type: Literal["Bearer"] = "Bearer"
    access_token: str = Field(repr=False, examples=["eyJhbGciOi...kX2Q"])
    access_expires_at: datetime
    refresh_token: str | None = Field(repr=False, examples=[_REFRESH_TOKEN])
    refresh_expires_at: datetime

    @classmethod
    def of(cls, signed_in: SignedIn, *, cookie: bool) -> Self:
        """What was issued, but for a token that goes into the cookie."""
        return cls(
            user_id=signed_in.user.id,
            handle=signed_in.user.handle,
            access_token=signed_in.access.text,
            access_expires_at=signed_in.access.expires_at,
            refresh_token=None if cookie else signed_in.refresh_token,
            refresh_expires_at=signed_in.refresh_expires_at,
        )


class SignedOutAnswer(Answer):
    """Nobody is signed in by that token any more."""

    signed_out: Literal[True] = True


class ProfileAnswer(Answer):
    """One's own account; `balance` in MicroPoints; `email` is none where one signs in elsewhere."""

    id: UUID
    handle: str = Field(examples=["ada"])
    email: str | None = Field(examples=["ada@example.org"])
    role: Role
    balance: Digits
    created_at: datetime

    @classmethod
    def of(cls, user: User, profile: Profile) -> Self:
        """The account as its user may act at this moment, with what is stored of it."""
        return cls(
            id=user.id,
            handle=user.handle,
            email=profile.email.text if profile.email else None,
            role=user.role,
            balance=user.balance,
            created_at=profile.created_at,
        )


class ApiKeyAnswer(Answer):
    """An API key, of which `hint` is the beginning.

    `perMinute` is how many trading requests it may send in a minute, where an operator gave it a number of its own.
    """

    id: UUID
    name: str = Field(examples=["market maker"])
    hint: str = Field(examples=["psg_003a"])
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    per_minute: int | None

    @classmethod
    def of(cls, stored: ApiKey, **more: str) -> Self:
        """A key as it is stored."""
        return cls(
            id=stored.id,
            name=stored.name,
            hint=stored.hint,
            scopes=sorted(stored.scopes),
            created_at=stored.created_at,
            expires_at=stored.expires_at,
            revoked_at=stored.revoked_at,
            per_minute=stored.per_minute,
            **more,
        )


class NewApiKeyAnswer(ApiKeyAnswer):
    """A new API key, with its text: keep it, for it is never told again."""

    key: str = Field(repr=False, examples=["psg_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf18bjit"])

    @classmethod
    def made(cls, made: NewApiKey) -> Self:
        """A key that was just made."""
        return cls.of(made.key, key=made.text)


class ApiKeysAnswer(Answer):
    """Every live key, then the newest of those that were revoked or have expired; the newest first."""

    items: list[ApiKeyAnswer]

    @classmethod
    def of(cls, keys: Sequence[ApiKey]) -> Self:
        """The keys in their order."""
        return cls(items=[ApiKeyAnswer.of(key) for key in keys])
