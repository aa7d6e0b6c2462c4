"""Which published keys may verify tokens."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm

from adapters.identity.jwks import keys_in
from tests.identity.forge import encoded, published, stranger

RSA: dict[str, Any] = published(stranger("RS256"), "k")
EC: dict[str, Any] = published(stranger("ES256"), "k")
EDWARDS: dict[str, Any] = published(stranger("EdDSA"), "k")
PRIVATE: dict[str, Any] = {**ECAlgorithm.to_jwk(stranger("ES256"), as_dict=True), "kid": "k", "alg": "ES256"}


def without(jwk: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: it for name, it in jwk.items() if name not in names}


@pytest.mark.parametrize(
    ("jwk", "alg"),
    [
        (RSA, "RS256"),
        (EC, "ES256"),
        (EDWARDS, "EdDSA"),
        (without(RSA, "alg"), "RS256"),
        (without(EC, "alg", "use"), "ES256"),
        (RSA | {"alg": "PS512"}, "PS512"),
        (EC | {"key_ops": ["verify"]}, "ES256"),
        (EC | {"x5t": "thumbprint", "ext": True}, "ES256"),
    ],
)
def test_a_key_has_its_own_algorithm(jwk: dict[str, Any], alg: str) -> None:
    assert {name: key.algorithm_name for name, key in keys_in({"keys": [jwk]}).items()} == {"k": alg}


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "oct", "kid": "k", "k": encoded(b"s" * 32), "alg": "HS256"},
        {"kty": "oct", "kid": "k", "k": encoded(b"s" * 32)},
        RSA | {"use": "enc"},
        RSA | {"use": None},
        RSA | {"key_ops": ["encrypt"]},
        RSA | {"key_ops": "verify"},
        RSA | {"alg": "none"},
        RSA | {"alg": "HS256"},
        RSA | {"alg": "RSA-OAEP"},
        RSA | {"alg": "ES256"},
        RSA | {"alg": ["RS256"]},
        EC | {"alg": "RS256"},
        EC | {"alg": "ES384"},
        EC | {"crv": "P-384"},
        EC | {"crv": "secp256k1", "alg": "ES256K"},
        EC | {"x": EC["y"]},
        EC | {"x": "!"},
        PRIVATE,
        EDWARDS | {"crv": "X25519"},
        EDWARDS | {"x": encoded(b"x" * 31)},
        RSA | {"kid": 1},
        RSA | {"kid": None},
        RSA | {"n": 1},
        RSA | {"e": "AQ"},
        RSA | {"kty": "XYZ"},
        without(RSA, "kid"),
        without(RSA, "kty"),
        without(RSA, "n"),
        without(RSA, "e"),
        without(EC, "y"),
        {},
        "key",
        None,
        [RSA],
    ],
)
def test_a_key_of_no_use_is_passed_over(jwk: object) -> None:
    assert list(keys_in({"keys": [jwk, EDWARDS | {"kid": "good"}]})) == ["good"]


@pytest.mark.parametrize("bits", [1024, 2047])
def test_a_weak_key_is_passed_over(bits: int) -> None:
    assert keys_in({"keys": [published(rsa.generate_private_key(65_537, bits), "k")]}) == {}


def test_a_key_that_would_take_long_is_passed_over() -> None:
    assert keys_in({"keys": [RSA | {"n": encoded(b"\xff" * 1025)}]}) == {}
    assert keys_in({"keys": [RSA | {"n": encoded(b"\xff" * 40_000)}]}) == {}


def test_of_two_keys_with_one_id_the_first_stays() -> None:
    later = published(ec.generate_private_key(ec.SECP256R1()), "k")
    [key] = keys_in({"keys": [RSA, later]}).values()
    assert key.algorithm_name == "RS256"


@pytest.mark.parametrize("document", [None, [], "keys", {}, {"keys": None}, {"keys": {"k": RSA}}])
def test_what_is_no_key_set_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match="key set"):
        keys_in(document)
