"""API keys, by which a user's own programs act for him."""

from dataclasses import replace
from datetime import datetime

from domain.accounts.caller import Scope
from domain.shared.errors import Invalid
from domain.shared.ids import ApiKeyId, UserId
from domain.shared.times import require_time
from domain.shared.value import value

MAX_API_KEYS = 20
"""Keys of one user that are neither revoked nor expired."""

MAX_KEY_NAME_LENGTH = 100
MAX_PER_MINUTE = 1_000_000


@value
class ApiKey:
    """A key without its text, of which `hint` is the beginning.

    It acts within its `scopes`, until it expires or is revoked; `per_minute` is the number of trading requests a
    minute that an operator allows it, where that is not the number for everybody. Raises Invalid.
    """

    id: ApiKeyId
    user_id: UserId
    name: str
    hint: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    per_minute: int | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= MAX_KEY_NAME_LENGTH or not self.name.isprintable():
            raise Invalid("API_KEY_NAME", f"Give a name of 1 to {MAX_KEY_NAME_LENGTH} printable characters.")
        if not self.scopes:
            raise Invalid("API_KEY_SCOPES", f"Give at least one scope: {', '.join(Scope)}.")
        if self.expires_at is not None:
            require_time(self.expires_at, "expires_at")
            if self.expires_at <= self.created_at:
                raise Invalid("API_KEY_EXPIRY", "Give a time in the future, or none.")
        if self.per_minute is not None and not 0 < self.per_minute <= MAX_PER_MINUTE:
            raise Invalid("API_KEY_RATE", f"Give from 1 to {MAX_PER_MINUTE} requests a minute, or none.")

    def is_live(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def revoked(self, now: datetime) -> "ApiKey":
        """The key, ended; one that was revoked before stays as it is."""
        return self if self.revoked_at else replace(self, revoked_at=now)
