"""Proofs of identity in memory: nothing is slow, and what was done is counted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.accounts.identity import AccessToken, Claims
from domain.shared.errors import Unauthenticated
from domain.shared.ids import UserId

ACCESS_LIFETIME = timedelta(minutes=15)
LOCAL_ISSUER = "presage"


@dataclass
class FakeIdentity:
    """Implements the Identity and AccessTokens ports: it believes the tokens that it made, and those it is told of."""

    believed: dict[str, Claims] = field(default_factory=dict)
    asked: int = 0
    _issued: int = 0

    def issue(self, user_id: UserId, now: datetime) -> AccessToken:
        self._issued += 1
        text = f"access {self._issued}"
        self.believed[text] = Claims(LOCAL_ISSUER, str(user_id))
        return AccessToken(text, now + ACCESS_LIFETIME)

    async def identify(self, token: str) -> Claims:
        self.asked += 1
        if token not in self.believed:
            raise Unauthenticated("TOKEN_INVALID", "Sign in again.")
        return self.believed[token]


@dataclass
class FakePasswords:
    """Implements the Passwords port; `work` lists what would have taken long, with the hash of nobody as None."""

    generation: int = 1
    work: list[str | None] = field(default_factory=list)

    async def hash(self, password: str) -> str:
        self.work.append(password)
        return f"{self.generation}:{password}"

    async def matches(self, password: str, hashed: str | None) -> bool:
        self.work.append(hashed)
        return hashed is not None and hashed.partition(":")[2] == password

    def outdated(self, hashed: str) -> bool:
        return not hashed.startswith(f"{self.generation}:")
