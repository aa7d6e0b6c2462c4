"""How a credential may be sent, and what is none."""

import pytest

from domain.accounts.secrets import key_text
from tests.http.raw import ask_raw
from tests.http.real import Site
from tests.http.scene import Scene

NEEDED = (401, "AUTHENTICATION_NEEDED")
TOKEN, KEY = (401, "TOKEN_INVALID"), (401, "API_KEY_INVALID")


async def outcome(site: Site, *headers: str) -> tuple[int, str]:
    """Status, and the code of a refusal."""
    answer = await ask_raw(site.client.url, *(header.encode() for header in headers))
    assert ("WWW-Authenticate" in answer.headers) == (answer.status == 401)
    return answer.status, answer.text.partition('"code":"')[2].partition('"')[0]


async def test_how_a_good_token_may_be_sent(site: Site) -> None:
    token = (await site.person("user")).access
    for good in ("Bearer {}", "bearer {}", "BEARER {}", "bEaReR {}", "Bearer   {}", "Bearer {}  ", "  Bearer {}\t"):
        assert await outcome(site, f"Authorization: {good.format(token)}") == (200, ""), good
    assert await outcome(site, f"AUTHORIZATION:Bearer {token}") == (200, "")


async def test_how_it_may_not(site: Site) -> None:
    token = (await site.person("user")).access
    for bad in ("{}", "Bearer{}", "Bearer:{}", "Bearer\t{}", "Token {}", "Basic {}", "Digest {}", "Bearer", "", ", {}"):
        assert await outcome(site, f"Authorization: {bad.format(token)}") == NEEDED, bad
    for bad in ("Bearer Bearer {}", "Bearer {},", "Bearer {} x", "Bearer {0} {0}", 'Bearer "{}"', "Bearer token={}"):
        assert await outcome(site, f"Authorization: {bad.format(token)}") == TOKEN, bad
    good = f"Authorization: Bearer {token}"
    for second in (good, "Authorization: Basic YTpi", "authorization:"):
        assert await outcome(site, good, second) == NEEDED, second
        assert await outcome(site, second, good) == NEEDED, second
    for elsewhere in ("X-Authorization", "Proxy-Authorization", "X-Api-Key", "Cookie"):
        assert await outcome(site, f"{elsewhere}: Bearer {token}") == NEEDED
    answer = await ask_raw(site.client.url, path=f"/api/v1/me?access_token={token}")
    assert answer.status == 401


@pytest.mark.parametrize(("length", "status"), [(5_000, 401), (10_240, 400), (100_000, 400)])
async def test_a_token_may_be_long_but_not_for_ever(site: Site, length: int, status: int) -> None:
    answer = await ask_raw(site.client.url, b"Authorization: Bearer " + b"x" * length)
    assert answer.status == status
    assert (await site.client.get("/livez")).status == 200


async def test_what_looks_like_an_api_key(scene: Scene) -> None:
    site, stranger = scene.site, key_text(b"\0" * 32)
    _, key = await site.key(scene.user, "read")
    text = key.headers["Authorization"].removeprefix("Bearer ")
    assert await outcome(site, f"Authorization: Bearer {text}") == (200, "")
    for wrong in (
        stranger,
        text[:-1],
        text + "x",
        text.lower(),
        text.upper(),
        text[:-1] + "\N{CYRILLIC SMALL LETTER A}",
    ):
        refused = TOKEN if wrong == text.upper() else KEY
        assert await outcome(site, f"Authorization: Bearer {wrong}") == refused, wrong
    hint = (await scene.user.client.get("/api/v1/me/api-keys")).data["items"][0]["hint"]
    for told in (hint, "psg_", scene.values["spare_key"]):
        assert (await outcome(site, f"Authorization: Bearer {told}"))[0] == 401, told


async def test_no_proof_stands_for_another(scene: Scene) -> None:
    """A refresh token opens no endpoint, an access token and an API key no session."""
    site = scene.site
    _, key = await site.key(scene.user, "read", "trade")
    assert (await site.by(scene.user.refresh).get("/api/v1/me")).refused == TOKEN
    for wrong in (scene.user.access, key.headers["Authorization"].removeprefix("Bearer "), str(scene.user.id)):
        refreshed = await site.client.post("/api/v1/auth/refresh", {"refreshToken": wrong})
        assert refreshed.refused == (401, "SESSION_ENDED")
