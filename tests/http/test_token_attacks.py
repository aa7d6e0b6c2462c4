"""The corpus of attacks on tokens, sent to served exchanges as anybody can send them."""

import logging
from collections.abc import Mapping

import pytest

from entrypoints.settings import Settings
from tests.fakes.world import FakeClock
from tests.http.elsewhere import LEGACY_SECRET, an_exchange_elsewhere
from tests.http.raw import ask_raw, bearer
from tests.http.real import Site, a_site
from tests.identity.attacks import ATTACKS, EXPIRED, LOCAL_ATTACKS, OIDC_ATTACKS, Attack
from tests.identity.forge import Forge, local_forge

LEAST = 150
"""Of the attacks, how many must have reached us."""

SAME_TO_HTTP = {"space before", "newline after"}
"""To HTTP, blanks around a value are no part of it: what is left is a good token."""

NO_REQUEST = {"newline within", "NUL within"}
OF_NO_REQUEST = "aiohttp.server"
"""Who logs them, for the operator to see unless they are filtered out, as they are."""

LONGEST = 8_190
"""Of a header's value, in bytes."""


def is_request(name: str, token: str) -> bool:
    """Whether HTTP takes it for a request, and asks us."""
    return name not in NO_REQUEST and len(bearer(token)) < LONGEST


async def faults(site: Site, name: str, token: str) -> list[object]:
    """What is wrong with the answer to an attack."""
    answer = await ask_raw(site.client.url, bearer(token))
    if not is_request(name, token):
        return [] if answer.status == 400 else [answer]
    code = "AUTHENTICATION_NEEDED" if not token else "TOKEN_EXPIRED" if name in EXPIRED else "TOKEN_INVALID"
    right = answer.status == 401 and f'"{code}"' in answer.text and answer.headers.get("WWW-Authenticate") == "Bearer"
    return [] if right and not told(token, answer.text) else [answer]


def told(token: str, text: str) -> bool:
    """Whether a text has a part of a token in it that nobody could have made up."""
    return any(part in text for part in token.split(".") if len(part) > 16)


async def attacked(site: Site, forge: Forge, attacks: Mapping[str, Attack], log: pytest.LogCaptureFixture) -> None:
    """A good token is accepted, every attack refused, and nothing of them is kept or told anywhere."""
    good = await ask_raw(site.client.url, bearer(forge.token()))
    assert good.status == 200, good
    before = await site.tables()
    log.set_level(logging.DEBUG)
    tokens = {name: attack(forge) for name, attack in attacks.items() if name not in SAME_TO_HTTP}
    assert sum(is_request(*item) for item in tokens.items()) > LEAST
    wrong = {name: found for name, token in tokens.items() if (found := await faults(site, name, token))}
    assert wrong == {}
    assert await site.tables() == before
    said = "\n".join(record.getMessage() for record in log.records if record.name != OF_NO_REQUEST)
    assert "token refused" in said
    assert [name for name, token in tokens.items() if told(token, said)] == []


async def test_on_an_exchange_that_signs_its_tokens_itself(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    assert settings.secret_key
    secret = settings.secret_key.get_secret_value().encode()
    async with a_site(settings, clock) as site:
        user = await site.person("user")
        await attacked(site, local_forge(secret, str(user.id), clock.now()), LOCAL_ATTACKS, caplog)


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
async def test_on_an_exchange_that_trusts_an_issuer(
    alg: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_exchange_elsewhere(settings, alg, oidc_secret=LEGACY_SECRET) as exchange:
        await attacked(exchange.site, exchange.forge, OIDC_ATTACKS, caplog)


async def test_on_an_exchange_that_shares_a_secret(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    async with an_exchange_elsewhere(settings, oidc_secret=LEGACY_SECRET) as exchange:
        await attacked(exchange.site, exchange.legacy(), ATTACKS, caplog)
