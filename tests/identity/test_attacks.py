"""No attack gets past either verifier, and each is refused as what it is."""

from collections.abc import Callable

import pytest

from adapters.identity.local import LocalBounds, LocalTokens
from adapters.identity.oidc import OidcIdentity
from application.accounts.identity import Identity
from domain.shared.errors import Unauthenticated
from tests.fakes.world import FakeClock, FakeIds
from tests.identity.attacks import ATTACKS, EXPIRED, LOCAL_ATTACKS, OIDC_ATTACKS
from tests.identity.conftest import SECRET, USER
from tests.identity.forge import Forge, local_forge
from tests.identity.issuer import SUBJECT, TestIssuer

LEGACY_SECRET = b"super-secret-jwt-token-with-at-least-32-characters-long"


async def refuses(identity: Identity, token: str, name: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        await identity.identify(token)
    assert refusal.value.code == ("TOKEN_EXPIRED" if name in EXPIRED else "TOKEN_INVALID")
    assert refusal.value.details == {}
    assert refusal.value.message.endswith(".")
    assert not any(part in refusal.value.message for part in token.split(".") if len(part) > 8)


@pytest.mark.parametrize("name", LOCAL_ATTACKS)
async def test_our_own_tokens(name: str, local: LocalTokens, local_tokens: Forge) -> None:
    await refuses(local, LOCAL_ATTACKS[name](local_tokens), name)


@pytest.mark.parametrize("name", LOCAL_ATTACKS)
async def test_our_own_tokens_while_the_secret_is_replaced(name: str, clock: FakeClock) -> None:
    tokens = LocalTokens(LocalBounds(b"n" * 32, previous_secret=SECRET), clock, FakeIds())
    forge = local_forge(SECRET, USER, clock.now())
    assert (await tokens.identify(forge.token())).subject == USER
    await refuses(tokens, LOCAL_ATTACKS[name](forge), name)


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
@pytest.mark.parametrize("name", OIDC_ATTACKS)
async def test_tokens_of_an_issuer(name: str, alg: str, oidc: OidcIdentity, forge_of: Callable[[str], Forge]) -> None:
    await refuses(oidc, OIDC_ATTACKS[name](forge_of(alg)), name)


@pytest.mark.parametrize("name", ATTACKS)
async def test_tokens_of_an_issuer_with_a_secret(name: str, issuer: TestIssuer, clock: FakeClock) -> None:
    forge = issuer.forge(LEGACY_SECRET, "legacy", "HS256", clock.now())
    async with OidcIdentity(issuer.trusted(secret=LEGACY_SECRET), clock) as identity:
        assert (await identity.identify(forge.token())).subject == SUBJECT
        await refuses(identity, ATTACKS[name](forge), name)


@pytest.mark.parametrize("name", OIDC_ATTACKS)
async def test_tokens_of_an_issuer_beside_a_secret(
    name: str, issuer: TestIssuer, clock: FakeClock, forge_of: Callable[[str], Forge]
) -> None:
    async with OidcIdentity(issuer.trusted(secret=LEGACY_SECRET), clock) as identity:
        await refuses(identity, OIDC_ATTACKS[name](forge_of("RS256")), name)


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(ATTACKS) >= 150
    assert len(set(LOCAL_ATTACKS) | set(OIDC_ATTACKS)) >= 170
