"""API keys and who acts by one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.accounts.api_key import ApiKey
from domain.accounts.caller import Scope
from domain.shared.errors import Invalid
from domain.shared.ids import ApiKeyId
from tests.unit.domain.exchange import ALICE, OPENED

KEY = ApiKey(ApiKeyId(UUID(int=9)), ALICE, "bot", "psg_abcd", frozenset({Scope.READ}), OPENED)
DAY = timedelta(days=1)


def test_a_key_lives_until_it_expires_or_is_revoked() -> None:
    assert KEY.is_live(OPENED + 10_000 * DAY)
    expiring = replace(KEY, expires_at=OPENED + DAY)
    assert expiring.is_live(OPENED + DAY - timedelta(microseconds=1))
    assert not expiring.is_live(OPENED + DAY)
    revoked = KEY.revoked(OPENED + DAY)
    assert not revoked.is_live(OPENED + DAY)
    assert revoked.revoked(OPENED + 2 * DAY) == revoked


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "API_KEY_NAME"),
        ({"name": "n" * 101}, "API_KEY_NAME"),
        ({"name": "a\0b"}, "API_KEY_NAME"),
        ({"name": "\ud800"}, "API_KEY_NAME"),
        ({"scopes": frozenset()}, "API_KEY_SCOPES"),
        ({"expires_at": OPENED}, "API_KEY_EXPIRY"),
        ({"expires_at": OPENED - DAY}, "API_KEY_EXPIRY"),
        ({"per_minute": 0}, "API_KEY_RATE"),
        ({"per_minute": 1_000_001}, "API_KEY_RATE"),
    ],
)
def test_what_no_key_can_be(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(KEY, **change)
    assert refused.value.code == code


def test_what_a_key_can_be() -> None:
    most = replace(KEY, name="n" * 100, scopes=frozenset(Scope), expires_at=OPENED + DAY, per_minute=1_000_000)
    assert most.is_live(OPENED)
