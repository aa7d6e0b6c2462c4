"""Tokens of an issuer elsewhere: Supabase, or any that publishes its keys as OpenID Connect has it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlsplit

from jwt import PyJWK

from adapters.identity.claims import subject_of
from adapters.identity.compact import header_of, verified
from adapters.identity.issuer_keys import IssuerKeys, KeyBounds
from adapters.identity.jwks import ALGORITHMS
from adapters.identity.key_source import KeySource
from adapters.identity.local import ISSUER
from adapters.identity.refusals import refused
from adapters.identity.signing_secret import ALGORITHM, key_of
from adapters.identity.vouched import ADMIN_PATHS, WRITTEN_BY_USERS, email_of, is_admin
from application.accounts.identity import Claims
from application.shared.ports import Clock
from domain.shared.errors import Invalid

TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""What the header may call an access token (RFC 9068), in lower case; it may also say nothing."""

_NOT_UNDERSTOOD = frozenset({"crit", "b64", "enc"})


@dataclass(frozen=True, slots=True)
class OidcIssuer:
    """An issuer and how far it is trusted.

    Its keys are at `jwks_url`, or where its discovery document says; `secret` is the one that older Supabase projects
    sign with, and without `asymmetric` the only key. Administrators have `admin_role` at one of `admin_paths`.
    Addresses must be https, save on this machine or with `allow_http`, for a network of your own.
    """

    issuer: str
    audience: str
    jwks_url: str | None = None
    secret: bytes | None = field(default=None, repr=False)
    asymmetric: bool = True
    admin_paths: tuple[tuple[str, ...], ...] = ADMIN_PATHS
    admin_role: str = "admin"
    allow_http: bool = False
    key_bounds: KeyBounds = KeyBounds()

    def __post_init__(self) -> None:
        if not self.issuer or not self.audience or not (self.asymmetric or self.secret):
            raise Invalid("ISSUER_INCOMPLETE", "Name the issuer, the audience, and at least one way to verify tokens.")
        if self.issuer == ISSUER:
            raise Invalid("ISSUER_OURS", "That name is this exchange's own; its users are not the issuer's to name.")
        if self.asymmetric and not self.is_safe(self.jwks_url or self.issuer):
            raise Invalid("ISSUER_INSECURE", "Give https addresses: whoever can change the keys can be anybody.")
        if any(not path or not WRITTEN_BY_USERS.isdisjoint(path) for path in self.admin_paths):
            raise Invalid("ISSUER_ADMIN_PATH", "Name a claim that users cannot write themselves, as app_metadata.role.")

    def is_safe(self, url: str) -> bool:
        """Whether what is fetched there cannot be changed on the way."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and self._may_be_plain(host)))

    def _may_be_plain(self, host: str) -> bool:
        try:
            return self.allow_http or host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False


class OidcIdentity:
    """Implements the Identity port. An async context manager: leaving gives up what is being fetched."""

    def __init__(self, issuer: OidcIssuer, clock: Clock, timer: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._secret = key_of(issuer.secret) if issuer.secret is not None else None
        source = KeySource(issuer.issuer, issuer.jwks_url, issuer.is_safe, issuer.key_bounds)
        self._keys = IssuerKeys(source, issuer.key_bounds, timer)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def identify(self, token: str) -> Claims:
        """The claims of a token. Raises Unauthenticated, and Unavailable where the issuer's keys are out of reach."""
        header = header_of(token)
        _require_understood(header)
        payload = verified(token, [await self._key(header)])
        trusted = self._issuer
        subject = subject_of(payload, trusted.issuer, trusted.audience, self._clock.now())
        admin = is_admin(payload, trusted.admin_paths, trusted.admin_role)
        return Claims(trusted.issuer, subject, email_of(payload), admin)

    async def check(self) -> None:
        """Have the issuer's keys at hand, fetched anew where they are old. Raises Unavailable."""
        if self._issuer.asymmetric:
            await self._keys.check()

    async def close(self) -> None:
        """Give up a fetch under way."""
        await self._keys.close()

    async def _key(self, header: dict[str, Any]) -> PyJWK:
        """The key that the header names; which algorithm goes with it is the key's own matter."""
        match header.get("alg"), header.get("kid"):
            case str(named), _ if named == ALGORITHM and self._secret is not None:
                return self._secret
            case str(named), str(key_id) if named in ALGORITHMS and self._issuer.asymmetric:
                key = await self._keys.find(key_id)
            case _:
                key = None
        if key is None:
            raise refused("its key is not the issuer's")
        return key


def _require_understood(header: dict[str, Any]) -> None:
    """Refuse extensions that would change what is signed, and tokens that call themselves something else."""
    if not _NOT_UNDERSTOOD.isdisjoint(header):
        raise refused("its header has an extension")
    kind = header.get("typ", "jwt")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise refused("its type")
