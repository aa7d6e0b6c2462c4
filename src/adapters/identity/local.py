"""Access tokens of this exchange's own, on a secret that all its processes share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from adapters.identity.claims import subject_of
from adapters.identity.compact import header_of, verified
from adapters.identity.refusals import refused
from adapters.identity.remembered import RememberedClaims
from adapters.identity.signing_secret import ALGORITHM, key_of
from application.accounts.identity import AccessToken, Claims
from application.shared.ports import Clock, Ids
from domain.shared.errors import Invalid
from domain.shared.ids import UserId

ISSUER = "presage"
AUDIENCE = "presage"
HEADER = {"alg": ALGORITHM, "typ": "at+jwt"}
"""Of every token that is issued, and so of every token that is accepted."""


@dataclass(frozen=True, slots=True)
class LocalBounds:
    """The secret that signs, the one before it, which still verifies while it is replaced, and how long tokens last."""

    secret: bytes = field(repr=False)
    previous_secret: bytes | None = field(default=None, repr=False)
    lifetime: timedelta = timedelta(minutes=15)

    def __post_init__(self) -> None:
        if self.lifetime < timedelta(seconds=1):
            raise Invalid("TOKEN_LIFETIME", "A token must last at least a second; set a longer time.")


class LocalTokens:
    """Implements the AccessTokens and Identity ports. Raises Invalid where a secret is too weak."""

    def __init__(self, bounds: LocalBounds, clock: Clock, ids: Ids) -> None:
        secrets = [bounds.secret, bounds.previous_secret]
        self._keys: Sequence[jwt.PyJWK] = [key_of(secret) for secret in secrets if secret is not None]
        self._remembered = RememberedClaims()
        self._lifetime = bounds.lifetime
        self._clock = clock
        self._ids = ids

    def issue(self, user_id: UserId, now: datetime) -> AccessToken:
        """A token whose subject is the user's id."""
        issued = int(now.timestamp())
        expires = issued + int(self._lifetime.total_seconds())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "iat": issued,
            "exp": expires,
            "jti": str(self._ids.new()),
        }
        return AccessToken(jwt.encode(claims, self._keys[0], headers=HEADER), datetime.fromtimestamp(expires, UTC))

    async def identify(self, token: str) -> Claims:
        """The claims of a token of ours. Raises Unauthenticated."""
        payload = self._remembered.of(token)
        if payload is None:
            payload = self._verified(token)
            self._remembered.keep(token, payload)
        subject = subject_of(payload, ISSUER, AUDIENCE, self._clock.now())
        _require_user_id(subject)
        return Claims(ISSUER, subject)

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that is in our form and signed by us."""
        if header_of(token) != HEADER:
            raise refused("its header is not ours")
        payload = verified(token, self._keys)
        if "iat" not in payload:
            raise refused("its iat")
        return payload

    async def check(self) -> None:
        """Sign a token and verify it. Raises Unauthenticated where that fails."""
        nobody = UserId(UUID(int=0))
        await self.identify(self.issue(nobody, self._clock.now()).text)

    async def close(self) -> None:
        """Nothing is held open."""


def _require_user_id(subject: str) -> None:
    try:
        canonical = str(UUID(subject))
    except ValueError as error:
        raise refused("its subject is no user") from error
    if canonical != subject:
        raise refused("its subject is no user")
