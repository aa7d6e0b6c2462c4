"""The attacks are real: verifiers with the usual faults let them in."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.identity.attacks import OIDC_ATTACKS
from tests.identity.forge import Forge
from tests.identity.issuer import TestIssuer
from tests.identity.naive import NAIVE, Naive

UNREADABLE = {
    "JSON form",
    "JWE",
    "base64 of impossible length",
    "dots alone",
    "empty",
    "empty payload",
    "general JSON form",
    "half a pair",
    "no dot",
    "not base64",
    "payload compressed",
    "payload not encoded, detached",
    "payload not in UTF-8",
    "payload so deep",
    "payload that is a list",
    "payload that is a number",
    "payload that is a token",
    "payload that is no JSON",
    "payload that is null",
    "payload with an endless number",
    "payload with more after it",
    "plain base64",
    "wide dots",
    "word",
}
"""What no reader makes anything of: these are to be refused where others fail."""


def lets_in(verify: Naive, token: str, forge: Forge) -> bool:
    try:
        verify(token, forge)
    except Exception:  # noqa: BLE001 - however it fails, nobody came in
        return False
    return True


@pytest.fixture
def forge(issuer_keys: dict[str, Any]) -> Forge:
    """By the real clock, which others' verifiers go by."""
    return TestIssuer("https://issuer.example").forge(issuer_keys["ES256"], "k", "ES256", datetime.now(UTC))


@pytest.mark.parametrize("name", NAIVE)
def test_a_naive_verifier_lets_attacks_in(name: str, forge: Forge) -> None:
    verify, known = NAIVE[name]
    entered = {attack for attack, token in OIDC_ATTACKS.items() if lets_in(verify, token(forge), forge)}
    assert known <= entered


def test_every_attack_that_can_be_read_gets_past_somebody(forge: Forge) -> None:
    tokens = {name: attack(forge) for name, attack in OIDC_ATTACKS.items()}
    refused = {name for name, t in tokens.items() if not any(lets_in(v, t, forge) for v, _ in NAIVE.values())}
    assert refused == UNREADABLE
