"""Tokens whose signature is not the issuer's, or not the one that he makes."""

import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.identity.attacks_on_form import joined, parts
from tests.identity.forge import ABSENT, Forge, encoded, published, signature, stranger, written

OTHER_HASH = {"HS256": "HS384", "ES256": "ES384", "RS256": "PS256", "EdDSA": "EdDSA"}
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def unsigned(forge: Forge, alg: Any, tail: str = "AA") -> str:
    """A token that calls its lack of a signature an algorithm."""
    return joined(encoded(written(forge.header, {"alg": alg})), parts(forge)[1], tail)


def by_secret(forge: Forge, secret: bytes, alg: str = "HS256") -> str:
    """A token signed with something that anybody can know."""
    text = joined(encoded(written(forge.header, {"alg": alg})), parts(forge)[1])
    digest: Any = jwt.PyJWS().get_algorithm_by_name(alg)
    return joined(text, encoded(digest.sign(text.encode(), secret)))


def public_jwk(forge: Forge) -> bytes:
    key = forge.public
    for alg in ("RS256", "ES256", "EdDSA"):
        algorithm: Any = jwt.PyJWS().get_algorithm_by_name(alg)
        if isinstance(key, algorithm._crypto_key_types):
            return str(algorithm.to_jwk(key)).encode()
    raise AssertionError(key)


def public_der(forge: Forge) -> bytes:
    return bytes(forge.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def with_signature(forge: Forge, made: bytes) -> str:
    return joined(*parts(forge)[:2], encoded(made))


def signature_of(forge: Forge, token: str) -> bytes:
    return signature(token.rsplit(".", 1)[0], forge.alg, forge.key)


def der_signature(forge: Forge) -> bytes:
    """The issuer's signature in the form of ASN.1, which the form of tokens is not."""
    made = signature_of(forge, forge.token())
    half = len(made) // 2
    numbers = b"".join(b"\x02" + bytes([half + 1]) + b"\0" + number for number in (made[:half], made[half:]))
    return b"\x30" + bytes([len(numbers) % 128]) + numbers


def flipped(forge: Forge, position: int) -> bytes:
    made = bytearray(signature_of(forge, forge.token()))
    made[position] ^= 1
    return bytes(made)


def changed_payload(forge: Forge) -> str:
    """Another's id under the issuer's signature."""
    head, _, tail = parts(forge)
    return joined(head, encoded(written(forge.claims, {"sub": "0190a5d0-0000-7000-8000-00000000beef"})), tail)


def longer_payload(forge: Forge) -> str:
    head, _, tail = parts(forge)
    return joined(head, encoded(written(forge.claims, {"exp": forge.seconds + 10**6})), tail)


def other_hash(forge: Forge) -> str:
    """Signed with the true key, but not with its algorithm; an Ed25519 key has one only, so its header lies."""
    alg = OTHER_HASH[forge.alg]
    return forge.claimed({"alg": "ES256" if alg == "EdDSA" else alg}, alg, forge.key)


def strangers(forge: Forge, alg: str = "ES256", **header: Any) -> str:
    """A stranger's token, which may bring the key to verify it, or tell where it is."""
    return forge.claimed({"alg": alg, **header}, alg, stranger(alg))


STRANGER = "https://stranger.example/keys.json"

SIGNATURES = {
    "alg none": lambda forge: unsigned(forge, "none"),
    "alg None": lambda forge: unsigned(forge, "None"),
    "alg NONE": lambda forge: unsigned(forge, "NONE"),
    "alg nOnE": lambda forge: unsigned(forge, "nOnE"),
    "alg none without a tail": lambda forge: unsigned(forge, "none", ""),
    "alg none over a true signature": lambda forge: unsigned(forge, "none", parts(forge)[2]),
    "alg absent": lambda forge: forge.token({"alg": ABSENT}),
    "alg empty": lambda forge: forge.token({"alg": ""}),
    "alg null": lambda forge: forge.token({"alg": None}),
    "alg a list": lambda forge: forge.token({"alg": [forge.alg]}),
    "alg an object": lambda forge: forge.token({"alg": {"name": forge.alg}}),
    "alg a number": lambda forge: forge.token({"alg": 256}),
    "alg in small letters": lambda forge: forge.token({"alg": forge.alg.lower()}),
    "alg with a space": lambda forge: forge.token({"alg": forge.alg + " "}),
    "alg unheard of": lambda forge: forge.token({"alg": "XS256"}),
    "another hash": other_hash,
    "HMAC with the public key's PEM": lambda forge: by_secret(forge, forge.public_pem),
    "HMAC with the public key's PEM, stripped": lambda forge: by_secret(forge, forge.public_pem.strip()),
    "HMAC with the public key's DER": lambda forge: by_secret(forge, public_der(forge)),
    "HMAC with the public key's JWK": lambda forge: by_secret(forge, public_jwk(forge)),
    "HMAC-512 with the public key's PEM": lambda forge: by_secret(forge, forge.public_pem, "HS512"),
    "HMAC with nothing": lambda forge: by_secret(forge, b""),
    "HMAC with a word": lambda forge: by_secret(forge, b"secret"),
    "HMAC with null": lambda forge: by_secret(forge, b"null"),
    "HMAC with the issuer's name": lambda forge: by_secret(forge, str(forge.claims["iss"]).encode()),
    "signature of zeros": lambda forge: with_signature(forge, bytes(64)),
    "signature of the curve's order": lambda forge: with_signature(forge, ORDER_P256.to_bytes(32, "big") * 2),
    "signature of ones": lambda forge: with_signature(forge, b"\xff" * 64),
    "signature of one byte": lambda forge: with_signature(forge, b"\0"),
    "signature cut": lambda forge: with_signature(forge, signature_of(forge, forge.token())[:-1]),
    "signature doubled": lambda forge: with_signature(forge, signature_of(forge, forge.token()) * 2),
    "signature and a zero": lambda forge: with_signature(forge, signature_of(forge, forge.token()) + b"\0"),
    "signature with a first bit flipped": lambda forge: with_signature(forge, flipped(forge, 0)),
    "signature with a last bit flipped": lambda forge: with_signature(forge, flipped(forge, -1)),
    "signature in another form": lambda forge: with_signature(forge, der_signature(forge)),
    "signature of another token": lambda forge: with_signature(forge, signature_of(forge, forge.token(x=1))),
    "signature by a stranger": strangers,
    "signature by a stranger's RSA key": lambda forge: strangers(forge, "RS256"),
    "signature by a stranger's Ed25519 key": lambda forge: strangers(forge, "EdDSA"),
    "header's spelling changed": lambda forge: joined(
        encoded(json.dumps(dict(forge.header), indent=1).encode()), *parts(forge)[1:]
    ),
    "payload changed": changed_payload,
    "payload made to last": longer_payload,
    "key embedded": lambda forge: strangers(forge, jwk=published(stranger("ES256"), "mine")),
    "key embedded under the issuer's id": lambda forge: strangers(
        forge, jwk=published(stranger("ES256"), str(forge.header.get("kid")))
    ),
    "key elsewhere": lambda forge: strangers(forge, jku=STRANGER),
    "certificate elsewhere": lambda forge: strangers(forge, x5u=STRANGER),
    "certificate embedded": lambda forge: strangers(forge, x5c=[encoded(forge.public_pem)]),
    "extension that is critical": lambda forge: forge.token({"crit": ["exp"], "exp": 1}),
    "extension unheard of": lambda forge: forge.token({"crit": ["x"], "x": True}),
    "extension list empty": lambda forge: forge.token({"crit": []}),
    "payload said to be encrypted": lambda forge: forge.token({"enc": "A256GCM"}),
    "payload not encoded": lambda forge: forge.token({"crit": ["b64"], "b64": False}),
    "payload said to be encoded": lambda forge: forge.token({"b64": True}),
    "payload not encoded, detached": lambda forge: joined(
        encoded(written(forge.header, {"crit": ["b64"], "b64": False})), "", parts(forge)[2]
    ),
}

KEY_IDS = {
    "kid absent": lambda forge: forge.token({"kid": ABSENT}),
    "kid of another of the issuer's keys": lambda forge: forge.token({"kid": forge.other_key_id}),
    "kid of a path": lambda forge: forge.claimed({"alg": "HS256", "kid": "../../../dev/null"}, "HS256", b"\0"),
    "kid of a query": lambda forge: forge.token({"kid": "x' UNION SELECT 'secret"}),
    "kid of a command": lambda forge: forge.token({"kid": "|/bin/true"}),
    "kid of an address": lambda forge: forge.token({"kid": "https://stranger.example/key"}),
    "kid null": lambda forge: forge.token({"kid": None}),
    "kid a number": lambda forge: forge.token({"kid": 0}),
    "kid a list": lambda forge: forge.token({"kid": [forge.header.get("kid")]}),
    "kid an object": lambda forge: forge.token({"kid": {"$ne": ""}}),
    "kid empty": lambda forge: forge.token({"kid": ""}),
    "kid in capitals": lambda forge: forge.token({"kid": str(forge.header.get("kid")).upper()}),
    "kid and a NUL": lambda forge: forge.token({"kid": str(forge.header.get("kid")) + "\0"}),
    "kid of an attribute": lambda forge: forge.token({"kid": "__class__"}),
    "kid very long": lambda forge: forge.token({"kid": "k" * 4000}),
}
"""Where keys have ids: not for tokens signed with a secret."""
