"""Find out who asks."""

from dataclasses import dataclass, replace
from uuid import UUID

from application.accounts.first_sight import FirstSight
from application.accounts.identity import Claims, Identity
from application.accounts.lookups import AccountLookups
from application.shared.ports import Clock
from domain.accounts.caller import Caller
from domain.accounts.secrets import KEY_PREFIX, is_well_formed, secret_hash
from domain.accounts.user import Role, User
from domain.shared.errors import Unauthenticated
from domain.shared.ids import UserId

MAX_SUBJECT_LENGTH = 255
"""Of a subject (OpenID Connect Core 1.0, section 2), and of the issuer that names it."""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Whom a bearer credential proves: an API key its owner, a token whom its issuer names.

    Role and activity are those of this moment. `local_issuer` names this exchange in its own tokens.
    """

    identity: Identity
    lookups: AccountLookups
    first_sight: FirstSight
    clock: Clock
    local_issuer: str

    async def __call__(self, credential: str) -> Caller:
        """Who asks. Raises Unauthenticated, Forbidden for a deactivated account, and Unavailable."""
        is_key = credential.startswith(KEY_PREFIX)
        caller = await (self._by_key(credential) if is_key else self._by_token(credential))
        caller.user.require_active()
        return caller

    async def _by_key(self, text: str) -> Caller:
        found = await self.lookups.by_key(secret_hash(text)) if is_well_formed(text) else None
        if found is None or not found[1].is_live(self.clock.now()):
            raise Unauthenticated("API_KEY_INVALID", "Make another API key; this one is unknown, expired or revoked.")
        owner, key = found
        return Caller(owner, key.scopes, key_id=key.id, per_minute=key.per_minute)

    async def _by_token(self, token: str) -> Caller:
        claims = await self.identity.identify(token)
        if claims.issuer == self.local_issuer:
            return Caller(await self._of_ours(claims.subject))
        return await self._of_others(claims)

    async def _of_ours(self, subject: str) -> User:
        try:
            user = await self.lookups.user(UserId(UUID(subject)))
        except ValueError:
            user = None
        if user is None:
            raise Unauthenticated("TOKEN_INVALID", "Sign in again; this token names nobody.")
        return user

    async def _of_others(self, claims: Claims) -> Caller:
        _require_names(claims.issuer, claims.subject)
        user = await self.lookups.known(claims.issuer, claims.subject) or await self.first_sight(claims)
        if claims.admin and user.role is Role.USER:
            return Caller(replace(user, role=Role.ADMIN), vouched=True)
        return Caller(user)


def _require_names(*names: str) -> None:
    """Refuse what no table can hold."""
    if not all(0 < len(name) <= MAX_SUBJECT_LENGTH and name.isprintable() for name in names):
        raise Unauthenticated("TOKEN_INVALID", "Ask your identity provider for a token with a plain subject.")
