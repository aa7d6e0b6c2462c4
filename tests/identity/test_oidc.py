"""Tokens of an issuer elsewhere: which are accepted, and what is believed of them."""

from collections.abc import Callable
from typing import Any

import pytest

from adapters.identity.oidc import OidcIdentity, OidcIssuer
from application.accounts.identity import Claims
from domain.shared.errors import Invalid, Unauthenticated
from tests.fakes.world import FakeClock
from tests.identity.forge import ABSENT, Forge, private_key
from tests.identity.issuer import SUBJECT, TestIssuer

SECRET = b"super-secret-jwt-token-with-at-least-32-characters-long"


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
async def test_a_good_token_names_its_subject(alg: str, oidc: OidcIdentity, forge_of: Callable[[str], Forge]) -> None:
    forge = forge_of(alg)
    assert await oidc.identify(forge.token()) == Claims(str(forge.claims["iss"]), SUBJECT)


@pytest.mark.parametrize("alg", ["RS384", "RS512", "PS256", "PS384", "PS512", "ES384"])
async def test_every_algorithm_of_a_published_key(
    alg: str, oidc: OidcIdentity, issuer: TestIssuer, clock: FakeClock
) -> None:
    key = private_key(alg)
    issuer.add(key, alg, alg=alg)
    assert (await oidc.identify(issuer.forge(key, alg, alg, clock.now()).token())).subject == SUBJECT


async def test_a_key_without_an_algorithm_has_that_of_its_kind(
    oidc: OidcIdentity, issuer: TestIssuer, issuer_keys: dict[str, Any], clock: FakeClock
) -> None:
    issuer.keys = [{name: it for name, it in key.items() if name not in ("alg", "use")} for key in issuer.keys]
    for alg, key in issuer_keys.items():
        assert (await oidc.identify(issuer.forge(key, f"key-{alg}", alg, clock.now()).token())).subject == SUBJECT
    with pytest.raises(Unauthenticated):
        await oidc.identify(issuer.forge(issuer_keys["RS256"], "key-RS256", "PS256", clock.now()).token())


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": ABSENT}, {}),
        ({"typ": "at+jwt"}, {}),
        ({"typ": "application/AT+JWT"}, {}),
        ({"x5t": "thumbprint", "jku": "https://elsewhere.example"}, {}),
        ({}, {"aud": ["account", "authenticated"]}),
        ({}, {"iat": ABSENT}),
        ({}, {"typ": "Bearer"}),
        ({}, {"exp": 1_900_000_000.5}),
        ({}, {"role": "authenticated", "aal": "aal1", "is_anonymous": False, "session_id": SUBJECT}),
        ({}, {"sub": "auth0|5f7c8ec7c33c6c004bbafe82"}),
    ],
)
async def test_what_issuers_do_differently(
    header: dict[str, Any], claims: dict[str, Any], oidc: OidcIdentity, forge_of: Callable[[str], Forge]
) -> None:
    expected = claims.get("sub", SUBJECT)
    assert (await oidc.identify(forge_of("ES256").token(header, **claims))).subject == expected


@pytest.mark.parametrize(
    ("claims", "admin"),
    [
        ({}, False),
        ({"app_metadata": {"role": "admin"}}, True),
        ({"app_metadata": {"roles": ["editor", "admin"]}}, True),
        ({"app_metadata": {"role": "Admin"}}, False),
        ({"app_metadata": {"role": "not admin"}}, False),
        ({"app_metadata": {"roles": "administrators"}}, False),
        ({"app_metadata": {"roles": {"admin": True}}}, False),
        ({"app_metadata": {"admin": True}}, False),
        ({"app_metadata": "admin"}, False),
        ({"app_metadata": [{"role": "admin"}]}, False),
        ({"app_metadata": None}, False),
        ({"app_metadata.role": "admin"}, False),
        ({"user_metadata": {"role": "admin", "roles": ["admin"], "app_metadata": {"role": "admin"}}}, False),
        ({"role": "admin"}, False),
        ({"roles": ["admin"]}, False),
    ],
)
async def test_who_is_an_administrator(
    claims: dict[str, Any], admin: bool, oidc: OidcIdentity, forge_of: Callable[[str], Forge]
) -> None:
    assert (await oidc.identify(forge_of("ES256").token(**claims))).admin is admin


async def test_administrators_of_another_issuer(issuer: TestIssuer, clock: FakeClock, forge_of: Any) -> None:
    trusted = issuer.trusted(admin_paths=(("realm_access", "roles"),), admin_role="exchange-admin")
    async with OidcIdentity(trusted, clock) as identity:
        vouched = await identity.identify(forge_of("ES256").token(realm_access={"roles": ["exchange-admin"]}))
        supabases = await identity.identify(forge_of("ES256").token(app_metadata={"role": "exchange-admin"}))
    assert (vouched.admin, supabases.admin) == (True, False)


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "ann@example.com"}, "ann@example.com"),
        ({"email": "ann@example.com", "email_verified": True}, "ann@example.com"),
        ({"email": "ann@example.com", "email_verified": "true"}, "ann@example.com"),
        ({"email": "ann@example.com", "email_verified": False}, None),
        ({"email": "ann@example.com", "email_verified": "false"}, None),
        ({"email": "ann@example.com", "email_verified": None}, None),
        ({"email": ""}, None),
        ({"email": 1}, None),
        ({"email": "ann@example.com\0"}, None),
        ({"email": "a" * 255}, None),
        ({"user_metadata": {"email": "ann@example.com"}}, None),
    ],
)
async def test_which_address_is_believed(
    claims: dict[str, Any], email: str | None, oidc: OidcIdentity, forge_of: Callable[[str], Forge]
) -> None:
    assert (await oidc.identify(forge_of("ES256").token(**claims))).email == email


async def test_a_secret_alone_asks_nobody(issuer: TestIssuer, clock: FakeClock, forge_of: Any) -> None:
    trusted = issuer.trusted(secret=SECRET, asymmetric=False)
    async with OidcIdentity(trusted, clock) as identity:
        good = issuer.forge(SECRET, "any", "HS256", clock.now())
        assert (await identity.identify(good.token({"kid": ABSENT}))).subject == SUBJECT
        with pytest.raises(Unauthenticated):
            await identity.identify(forge_of("ES256").token())
    assert not issuer.asked


async def test_a_secret_needs_no_keys_that_are_published(issuer: TestIssuer, clock: FakeClock) -> None:
    issuer.answer = issuer.fail
    async with OidcIdentity(issuer.trusted(secret=SECRET), clock) as identity:
        token = issuer.forge(SECRET, "any", "HS256", clock.now()).token()
        assert (await identity.identify(token)).subject == SUBJECT
    assert not issuer.asked


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": ""}, "ISSUER_INCOMPLETE"),
        ({"audience": ""}, "ISSUER_INCOMPLETE"),
        ({"asymmetric": False}, "ISSUER_INCOMPLETE"),
        ({"issuer": "presage", "jwks_url": "https://id.example/keys"}, "ISSUER_OURS"),
        ({"issuer": "http://id.example"}, "ISSUER_INSECURE"),
        ({"issuer": "file:///etc/passwd"}, "ISSUER_INSECURE"),
        ({"issuer": "https://["}, "ISSUER_INSECURE"),
        ({"jwks_url": "http://id.example/keys"}, "ISSUER_INSECURE"),
        ({"jwks_url": "http://127.0.0.1.example/keys"}, "ISSUER_INSECURE"),
        ({"admin_paths": (("user_metadata", "role"),)}, "ISSUER_ADMIN_PATH"),
        ({"admin_paths": ((),)}, "ISSUER_ADMIN_PATH"),
    ],
)
def test_careless_settings_are_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        OidcIssuer(**{"issuer": "https://id.example", "audience": "us", **changes})
    assert refusal.value.code == code


@pytest.mark.parametrize("secret", [b"short", b'{"kty":"oct","k":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}'])
def test_a_weak_secret_is_refused(secret: bytes, clock: FakeClock) -> None:
    with pytest.raises(Invalid):
        OidcIdentity(OidcIssuer("https://id.example", "us", secret=secret), clock)


def test_plain_http_where_it_is_allowed() -> None:
    assert OidcIssuer("http://auth:9999", "us", allow_http=True).is_safe("http://auth:9999/keys")
    assert not OidcIssuer("http://[::1]:9999", "us").is_safe("http://auth:9999/keys")


def test_the_secret_is_not_shown() -> None:
    assert "hidden" not in repr(OidcIssuer("https://id.example", "us", secret=b"hidden" * 6))
