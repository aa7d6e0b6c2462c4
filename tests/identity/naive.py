"""Verifiers as they are written in a hurry, to see that the attacks are real."""

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt

from tests.identity.forge import Forge, encoded, signature

Naive = Callable[[str, Forge], dict[str, Any]]

NO_CLAIMS: Any = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}


def decoded(part: str) -> Any:
    """JSON, however it is spelt."""
    return json.loads(base64.urlsafe_b64decode(part + "==="))


def key(forge: Forge) -> Any:
    return forge.key if isinstance(forge.key, bytes) else forge.public


def signed_with(token: str, alg: str, secret: bytes) -> dict[str, Any]:
    """The claims of a token signed with a secret, whatever the secret looks like."""
    text, _, tail = token.rpartition(".")
    assert encoded(signature(text, alg, secret)) == tail
    return dict(decoded(text.split(".")[1]))


def textbook(token: str, forge: Forge) -> dict[str, Any]:
    """As in the first example of the documentation: nothing is required to be there."""
    return jwt.decode(token, key(forge), algorithms=[forge.alg], options={"verify_aud": False})


def without_claims(token: str, forge: Forge) -> dict[str, Any]:
    """Whatever the issuer signed is good for ever and for everybody."""
    return jwt.decode(token, key(forge), algorithms=[forge.alg], options=NO_CLAIMS)


def without_signature(token: str, forge: Forge) -> dict[str, Any]:
    """Reads what should be verified."""
    return dict(decoded(token.split(".")[1]))


def trusting_the_header(token: str, forge: Forge) -> dict[str, Any]:
    """Lets the token choose its algorithm, and takes the key as bytes where that one wants bytes."""
    alg = jwt.get_unverified_header(token)["alg"]
    if alg.lower() == "none":
        return without_signature(token, forge)
    if alg.startswith("HS") and not isinstance(forge.key, bytes):
        return signed_with(token, alg, forge.public_pem)
    return jwt.decode(token, key(forge), algorithms=[alg], options=NO_CLAIMS)


def trusting_the_embedded_key(token: str, forge: Forge) -> dict[str, Any]:
    """Verifies with the key that the token brings."""
    embedded = jwt.PyJWK(jwt.get_unverified_header(token)["jwk"])
    return jwt.decode(token, embedded, options=NO_CLAIMS)


def trusting_the_key_id(token: str, forge: Forge) -> dict[str, Any]:
    """Reads the key from the file that the token names."""
    assert jwt.get_unverified_header(token)["kid"].endswith("/dev/null")
    return signed_with(token, "HS256", b"\0")


def forgiving(token: str, forge: Forge) -> dict[str, Any]:
    """Cleans a token up before it verifies it."""
    cleaned = "".join(token.replace("Bearer", "").replace("\0", "").split())
    return textbook(".".join(cleaned.split(".")[:3]), forge)


def believing_numbers(token: str, forge: Forge) -> dict[str, Any]:
    """Compares times as they come, and takes what cannot be compared for timeless."""
    claims = without_claims(token, forge)
    exp = claims.get("exp")
    assert not isinstance(exp, int | float) or not exp <= forge.seconds
    return claims


def taking_parts_of_names(token: str, forge: Forge) -> dict[str, Any]:
    """Looks for names within names."""
    claims = without_claims(token, forge)
    assert str(forge.claims["iss"]) in str(claims["iss"])
    assert str(forge.claims["aud"]) in str(claims["aud"])
    return claims


def psychic(token: str, forge: Forge) -> dict[str, Any]:
    """Forgets that r and s may not be 0, as one Java did: 0 = 0 then for every message (CVE-2022-21449)."""
    _, payload, tail = token.split(".")
    assert not any(base64.urlsafe_b64decode(tail + "=="))
    return dict(decoded(payload))


NAIVE: dict[str, tuple[Naive, set[str]]] = {
    "textbook": (textbook, {"exp absent", "sub absent", "payload with sub twice", "oversized", "exp in milliseconds"}),
    "without claims": (without_claims, {"exp long ago", "iss of another", "aud of another", "nbf to come", "ID token"}),
    "without signature": (without_signature, {"payload changed", "signature cut", "signature by a stranger"}),
    "trusting the header": (trusting_the_header, {"alg none", "alg nOnE", "HMAC with the public key's PEM"}),
    "trusting the embedded key": (trusting_the_embedded_key, {"key embedded"}),
    "trusting the key id": (trusting_the_key_id, {"kid of a path"}),
    "forgiving": (forgiving, {"scheme before", "newline after", "NUL within", "extra part", "space within"}),
    "believing numbers": (
        believing_numbers,
        {"exp NaN", "exp Infinity", "exp a string", "exp huge", "exp beyond floats"},
    ),
    "taking parts of names": (taking_parts_of_names, {"iss as a beginning", "aud around ours", "iss and a slash"}),
    "psychic": (psychic, {"signature of zeros"}),
}
"""Each with attacks that it lets in."""
