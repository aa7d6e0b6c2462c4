"""An exchange whose users sign in with an issuer elsewhere, which runs on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from entrypoints.settings import Settings
from tests.fakes.world import FakeClock
from tests.http.client import Client
from tests.http.real import Site, a_site
from tests.identity.forge import Forge, private_key
from tests.identity.issuer import AUDIENCE, TestIssuer, running_issuer

LEGACY_SECRET = SecretStr("super-secret-jwt-token-with-at-least-32-characters-long")
"""Which older projects share with their servers."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The served exchange, its clock, and the issuer with its key."""

    site: Site
    clock: FakeClock
    issuer: TestIssuer
    forge: Forge

    def legacy(self) -> Forge:
        """A forge that signs with that secret."""
        secret = LEGACY_SECRET.get_secret_value().encode()
        return self.issuer.forge(secret, "legacy", "HS256", self.clock.now())

    def client(self, subject: str, **claims: Any) -> Client:
        """Somebody for whom the issuer vouches."""
        return self.site.by(self.forge.token(sub=subject, **claims))


@asynccontextmanager
async def an_exchange_elsewhere(settings: Settings, alg: str = "ES256", **changes: Any) -> AsyncIterator[Elsewhere]:
    """The exchange, on a database that is there."""
    clock, key = FakeClock(), private_key(alg)
    async with running_issuer() as issuer:
        issuer.add(key, f"key-{alg}")
        issuer.add(private_key("ES256"), "another of the issuer's keys")
        trusting = {"identity": "oidc", "oidc_issuer": issuer.url, "oidc_audience": AUDIENCE}
        async with a_site(settings.model_copy(update=trusting | changes), clock) as site:
            yield Elsewhere(site, clock, issuer, issuer.forge(key, f"key-{alg}", alg, clock.now()))
