"""Where keys are fetched from, and what is taken for keys."""

from typing import Any

import pytest

from adapters.identity.issuer_keys import IssuerFault, KeyBounds
from adapters.identity.key_source import KeySource
from tests.identity.issuer import TestIssuer


def source(issuer: TestIssuer, jwks_url: str | None = None) -> KeySource:
    return KeySource(issuer.url, jwks_url, issuer.trusted().is_safe, KeyBounds())


async def test_keys_are_found_through_the_discovery_document(issuer: TestIssuer) -> None:
    assert set(await source(issuer)()) == {str(key["kid"]) for key in issuer.keys}
    assert issuer.asked == {"/.well-known/openid-configuration": 1, "/jwks": 1}


async def test_a_given_address_needs_no_discovery(issuer: TestIssuer) -> None:
    assert await source(issuer, f"{issuer.url}/keys")()
    assert issuer.asked == {"/keys": 1}


async def test_an_issuer_without_keys_has_none(issuer: TestIssuer) -> None:
    issuer.keys.clear()
    assert await source(issuer)() == {}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"keys": {}}', b'{"keys": null}', b"\xff\xfe", b"[" * 60_000, b"<html>"]
)
async def test_an_issuer_that_answers_with_something_else(body: bytes, issuer: TestIssuer) -> None:
    issuer.answer = issuer.say(body)
    for jwks_url in (None, f"{issuer.url}/jwks"):
        with pytest.raises(IssuerFault):
            await source(issuer, jwks_url)()


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://stranger.example"},
        {"issuer": None},
        {"jwks_uri": None},
        {"jwks_uri": "http://stranger.example/jwks"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "/jwks"},
        {"jwks_uri": 1},
    ],
)
async def test_a_discovery_document_that_is_not_believed(discovery: dict[str, Any], issuer: TestIssuer) -> None:
    issuer.discovery |= discovery
    with pytest.raises(IssuerFault, match="discovery document"):
        await source(issuer)()
    assert not issuer.asked["/jwks"]
