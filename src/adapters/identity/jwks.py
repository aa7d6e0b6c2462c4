"""The keys that an issuer publishes (RFC 7517), as far as they may verify tokens."""

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""With key pairs alone: a published key that were also a secret would let everybody sign."""

MAX_RSA_BITS = 8192


def keys_in(document: object) -> dict[str, PyJWK]:
    """The usable keys of a key set, by their ids. Raises ValueError where it is none."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it is no key set")
    keys: dict[str, PyJWK] = {}
    for jwk in listed:
        key = _usable(jwk) if isinstance(jwk, dict) else None
        if key is not None:
            keys.setdefault(str(key.key_id), key)
    return keys


def _usable(jwk: dict[str, Any]) -> PyJWK | None:
    """The key with its own algorithm, if it is public, strong, has an id, and is there to verify signatures."""
    if not isinstance(jwk.get("kid"), str) or not _verifies(jwk) or "d" in jwk:
        return None
    try:
        key = PyJWK(jwk)
        prepared = key.Algorithm.prepare_key(key.key)
    except (PyJWTError, UnsupportedAlgorithm, TypeError, ValueError, KeyError, AttributeError):
        return None
    if key.algorithm_name not in ALGORITHMS or key.Algorithm.check_key_length(prepared):
        return None
    return None if isinstance(prepared, RSAPublicKey) and prepared.key_size > MAX_RSA_BITS else key


def _verifies(jwk: dict[str, Any]) -> bool:
    uses, alg = jwk.get("key_ops", ["verify"]), jwk.get("alg")
    if alg is not None and not (isinstance(alg, str) and alg in ALGORITHMS):
        return False
    return jwk.get("use", "sig") == "sig" and isinstance(uses, list) and "verify" in uses
