"""An issuer, its keys, and verifiers that trust it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from adapters.identity.local import LocalBounds, LocalTokens
from adapters.identity.oidc import OidcIdentity
from tests.fakes.world import FakeClock, FakeIds
from tests.identity.forge import Forge, local_forge, private_key
from tests.identity.issuer import TestIssuer, running_issuer

SECRET = bytes(range(32))
USER = "0190a5d0-0000-7000-8000-000000000001"
ALGORITHMS = ("ES256", "RS256", "EdDSA")


class FakeTimer:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def timer() -> FakeTimer:
    return FakeTimer()


@pytest.fixture
def local(clock: FakeClock) -> LocalTokens:
    """An exchange that signs its tokens itself."""
    return LocalTokens(LocalBounds(SECRET), clock, FakeIds())


@pytest.fixture
def local_tokens(clock: FakeClock) -> Forge:
    """A forge of its tokens."""
    return local_forge(SECRET, USER, clock.now())


@pytest.fixture(scope="session")
def issuer_keys() -> dict[str, Any]:
    """One key of each kind."""
    return {alg: private_key(alg) for alg in ALGORITHMS}


@pytest.fixture
async def issuer(issuer_keys: dict[str, Any]) -> AsyncIterator[TestIssuer]:
    """An issuer that publishes them under the names of their algorithms, and another of each."""
    async with running_issuer() as running:
        for alg, key in issuer_keys.items():
            running.add(key, f"key-{alg}")
        running.add(private_key("ES256"), "another of the issuer's keys")
        yield running


@pytest.fixture
def forge_of(issuer: TestIssuer, issuer_keys: dict[str, Any], clock: FakeClock) -> Callable[[str], Forge]:
    """Forges that sign as the issuer, by algorithm."""
    return lambda alg: issuer.forge(issuer_keys[alg], f"key-{alg}", alg, clock.now())


@pytest.fixture
async def oidc(issuer: TestIssuer, clock: FakeClock, timer: FakeTimer) -> AsyncIterator[OidcIdentity]:
    """An exchange that trusts the issuer."""
    async with OidcIdentity(issuer.trusted(), clock, timer) as identity:
        yield identity
