"""What whoever has signed in takes away."""

from dataclasses import dataclass, field
from datetime import datetime

from application.accounts.identity import AccessToken, AccessTokens
from application.accounts.ports import Sessions
from application.shared.ports import Entropy, Ids
from domain.accounts.secrets import SECRET_ENTROPY, refresh_text, secret_hash
from domain.accounts.session import RefreshToken, Session, Use
from domain.accounts.user import User
from domain.shared.ids import SessionId

MAX_SESSIONS = 100
"""Of one user; signing in once more ends the oldest."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user with proofs of who he is: for now, and for getting new ones until the session ends."""

    user: User
    access: AccessToken
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignIns:
    """Begins sessions and keeps them going, in the transaction of whoever has seen a proof."""

    tokens: AccessTokens
    ids: Ids
    entropy: Entropy

    async def open(self, sessions: Sessions, user: User, now: datetime) -> SignedIn:
        """A new session of a locked account."""
        session = Session.opened(SessionId(self.ids.new()), user.id, now)
        text, token = self._token(session, now)
        await sessions.forget(user.id, now, MAX_SESSIONS - 1)
        await sessions.add(session, token)
        return self._signed_in(user, session, text, now)

    async def go_on(self, sessions: Sessions, user: User, used: Use, now: datetime) -> SignedIn:
        """A locked session with the token that follows the one that was used."""
        text, token = self._token(used.session, now)
        await sessions.rotate(used.token, token)
        return self._signed_in(user, used.session, text, now)

    def _token(self, session: Session, now: datetime) -> tuple[str, RefreshToken]:
        text = refresh_text(self.entropy.draw(SECRET_ENTROPY))
        return text, RefreshToken(secret_hash(text), session.id, now)

    def _signed_in(self, user: User, session: Session, text: str, now: datetime) -> SignedIn:
        return SignedIn(user, self.tokens.issue(user.id, now), text, session.expires_at)
