"""A workshop of tokens: it signs as the true issuer does, and as whoever would like to be him."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.identity import local
from adapters.identity.local import HEADER

Json = Mapping[str, Any]

ABSENT = object()
"""In place of a value, leaves the name out."""


@dataclass(frozen=True, slots=True)
class Forge:
    """Header and claims of a good token, and the key that signs it: a private key, or a shared secret."""

    header: Json
    claims: Json
    key: Any
    now: datetime
    other_key_id: str = "another of the issuer's keys"

    @property
    def alg(self) -> str:
        return str(self.header["alg"])

    @property
    def public(self) -> Any:
        """What everybody knows of the key; of a secret nothing, so that a key of no use stands in."""
        return stranger("ES256").public_key() if isinstance(self.key, bytes) else self.key.public_key()

    @property
    def public_pem(self) -> bytes:
        return cast(bytes, self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    @property
    def seconds(self) -> int:
        """The present moment."""
        return int(self.now.timestamp())

    def token(self, header: Json | None = None, **claims: Any) -> str:
        """A token that the issuer signed, changed in what is given."""
        return self.signed(written(self.header, header or {}), written(self.claims, claims))

    def signed(self, header: bytes, payload: bytes, alg: str | None = None, key: Any = None) -> str:
        """Any bytes, signed by the issuer, or with another key and algorithm."""
        text = f"{encoded(header)}.{encoded(payload)}"
        return f"{text}.{encoded(signature(text, alg or self.alg, key or self.key))}"

    def claimed(self, header: Json, alg: str, key: Any) -> str:
        """The good claims, signed with another key."""
        return self.signed(written(self.header, header), written(self.claims, {}), alg, key)


def local_forge(secret: bytes, subject: str, now: datetime) -> Forge:
    """The forge of an exchange that signs its tokens itself."""
    issued = int(now.timestamp())
    claims = {"iss": local.ISSUER, "aud": local.AUDIENCE, "sub": subject, "iat": issued, "exp": issued + 900}
    return Forge(HEADER, claims, secret, now)


def written(members: Json, changes: Json) -> bytes:
    """A JSON object with changes."""
    return json.dumps({name: it for name, it in {**members, **changes}.items() if it is not ABSENT}).encode()


def encoded(data: bytes) -> str:
    """As base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def signature(text: str, alg: str, key: Any) -> bytes:
    """A signature of any text with any key."""
    return jwt.PyJWS().get_algorithm_by_name(alg).sign(text.encode(), key)


def published(key: Any, key_id: str, **members: Any) -> dict[str, Any]:
    """A public key as its issuer publishes it."""
    kinds = {rsa.RSAPrivateKey: "RS256", ec.EllipticCurvePrivateKey: "ES256", ed25519.Ed25519PrivateKey: "EdDSA"}
    [alg] = [alg for kind, alg in kinds.items() if isinstance(key, kind)]
    to_jwk: Any = jwt.PyJWS().get_algorithm_by_name(alg).to_jwk
    return {**to_jwk(key.public_key(), as_dict=True), "kid": key_id, "alg": alg, "use": "sig", **members}


def private_key(alg: str) -> Any:
    """A new key."""
    if alg.startswith("ES"):
        return ec.generate_private_key({"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1()}[alg])
    return ed25519.Ed25519PrivateKey.generate() if alg == "EdDSA" else rsa.generate_private_key(65_537, 2048)


@cache
def stranger(alg: str) -> Any:
    """A key of somebody else's."""
    return private_key(alg)
