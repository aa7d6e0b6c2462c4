"""Sessions: families of refresh tokens of which each is used once (RFC 9700, section 4.14.2)."""

from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.shared.ids import SessionId, UserId
from domain.shared.value import value

SESSION_LIFETIME = timedelta(days=30)
"""From signing in, however often it is refreshed."""

REUSE_GRACE = timedelta(seconds=10)
"""How long after its first use a token may be used again: by another tab, or because the answer was lost."""


@value
class Session:
    """A user's being signed in at one place, until it expires or is revoked."""

    id: SessionId
    user_id: UserId
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    @classmethod
    def opened(cls, session_id: SessionId, user_id: UserId, now: datetime) -> "Session":
        """A session that begins now."""
        return cls(session_id, user_id, now, now + SESSION_LIFETIME)

    def is_live(self, now: datetime) -> bool:
        """Whether its tokens are still good for anything."""
        return self.revoked_at is None and now < self.expires_at

    def revoked(self, now: datetime) -> "Session":
        """The session, ended; one that was revoked before stays as it is."""
        return self if self.revoked_at else replace(self, revoked_at=now)


@value
class RefreshToken:
    """One token of a session, known by the hash of its text."""

    hash: bytes = field(repr=False)
    session_id: SessionId
    issued_at: datetime
    used_at: datetime | None = None


class Verdict(StrEnum):
    """What comes of using a refresh token."""

    ROTATED = "rotated"
    REUSED = "reused"
    ENDED = "ended"


@value
class Use:
    """The session and the token after its use; a successor is due where the verdict is ROTATED."""

    verdict: Verdict
    session: Session
    token: RefreshToken


def use(token: RefreshToken, session: Session, now: datetime) -> Use:
    """Use a token of a session.

    A token used before is in two hands, one of them a thief's, unless it is used again within REUSE_GRACE: the whole
    family is revoked. The time of the first use stays, so that the grace ends.
    """
    if not session.is_live(now):
        return Use(Verdict.ENDED, session, token)
    if token.used_at is None:
        return Use(Verdict.ROTATED, session, replace(token, used_at=now))
    if now - token.used_at <= REUSE_GRACE:
        return Use(Verdict.ROTATED, session, token)
    return Use(Verdict.REUSED, session.revoked(now), token)
