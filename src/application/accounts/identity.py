"""Proofs of who asks: access tokens, and the passwords behind our own."""

from dataclasses import field
from datetime import datetime
from typing import Protocol

from domain.shared.ids import UserId
from domain.shared.value import value


@value
class Claims:
    """Whom a verified token names: `subject` is unique for its `issuer`; `admin` where the issuer vouches for it."""

    issuer: str
    subject: str
    email: str | None = None
    admin: bool = False


@value
class AccessToken:
    """A short-lived proof of who asks."""

    text: str = field(repr=False)
    expires_at: datetime


class Identity(Protocol):
    """Who vouches for users: this exchange itself, or an issuer elsewhere."""

    async def identify(self, token: str) -> Claims:
        """The claims of a token. Raises Unauthenticated, and Unavailable where its issuer cannot be asked."""
        ...


class AccessTokens(Protocol):
    """Tokens of this exchange's own, which its Identity verifies."""

    def issue(self, user_id: UserId, now: datetime) -> AccessToken:
        """A token whose subject is the user's id."""
        ...


class Passwords(Protocol):
    """Slow hashes of passwords, made and checked beside the event loop. Raises Unavailable where too many wait."""

    async def hash(self, password: str) -> str:
        """A salted hash in its standard text form."""
        ...

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; without a hash, False after as long a time."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than those of today."""
        ...
