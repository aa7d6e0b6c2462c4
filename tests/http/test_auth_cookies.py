"""The refresh token in a cookie, for pages of this host and of those that are listed."""

import json
from http.cookies import Morsel, SimpleCookie

import pytest

from adapters.http.cookies import RefreshCookies
from tests.behaviour.people import PASSWORD
from tests.http.accounts import Town, a_town
from tests.http.client import JSON, Reply

LISTED = "https://app.example"


async def asked(town: Town, path: str, held: str | None = None, origin: str | None = None, **body: object) -> Reply:
    headers = dict(JSON) | ({"Cookie": f"presage_refresh={held}"} if held else {})
    headers |= {"Origin": origin} if origin is not None else {}
    return await town.client.send("POST", f"/api/v1/auth/{path}", data=json.dumps(body), headers=headers)


async def signed_in(town: Town, origin: str | None = None) -> Reply:
    await town.register("ada")
    body = {"email": "ada@example.org", "password": PASSWORD, "cookie": True}
    return await asked(town, "login", None, town.url if origin is None else origin, **body)


def cookie_of(reply: Reply) -> "Morsel[str]":
    return SimpleCookie(reply.headers["Set-Cookie"])["presage_refresh"]


async def test_the_cookie(town: Town) -> None:
    reply = await signed_in(town)
    cookie = cookie_of(reply)
    assert reply.data["refreshToken"] is None
    assert len(cookie.value) == 43
    assert (cookie["path"], cookie["samesite"]) == ("/api/v1/auth", "Strict")
    assert (cookie["httponly"], cookie["secure"], cookie["domain"]) == (True, True, "")
    assert cookie["max-age"] == str(30 * 24 * 3600)


async def test_without_https(database_url: str) -> None:
    async with a_town(database_url, RefreshCookies(secure=False)) as town:
        assert not cookie_of(await signed_in(town))["secure"]


async def test_going_on_and_signing_out_by_cookie(town: Town) -> None:
    first = cookie_of(await signed_in(town)).value
    reply = await asked(town, "refresh", first, town.url)
    second = cookie_of(reply).value
    assert (reply.status, reply.data["refreshToken"]) == (200, None)
    assert second != first
    assert (await town.by(reply.data["accessToken"]).get("/api/v1/me")).data["handle"] == "ada"
    out = await asked(town, "logout", second, town.url)
    assert (cookie_of(out).value, cookie_of(out)["max-age"], cookie_of(out)["path"]) == ("", "0", "/api/v1/auth")
    assert (await asked(town, "refresh", second, town.url)).refused == (401, "SESSION_ENDED")


async def test_from_the_body_to_the_cookie_and_back(town: Town) -> None:
    await town.register("ada")
    told = (await town.log_in("ada")).data["refreshToken"]
    kept = await asked(town, "refresh", None, town.url, refreshToken=told, cookie=True)
    assert kept.data["refreshToken"] is None
    assert cookie_of(kept).value
    told = await asked(town, "refresh", "another", None, refreshToken=cookie_of(kept).value)
    assert told.data["refreshToken"]
    assert "Set-Cookie" not in told.headers


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", "http://{host}.evil.example", "http://{host}/", "ftp://{host}", "{host}"),
        *("http://[", "http://[{host}", "http://{host}\u2100"),
    ],
)
async def test_pages_elsewhere_cannot_use_it(town: Town, origin: str) -> None:
    origin = origin.format(host=town.url.removeprefix("http://"))
    assert (await signed_in(town, origin)).refused == (403, "ORIGIN_FORBIDDEN")
    cookie = cookie_of(await signed_in(town)).value
    for path in ("refresh", "logout"):
        assert (await asked(town, path, cookie, origin)).refused == (403, "ORIGIN_FORBIDDEN")
    token = (await town.log_in("ada")).data["refreshToken"]
    moved = await asked(town, "refresh", None, origin, refreshToken=token, cookie=True)
    assert moved.refused == (403, "ORIGIN_FORBIDDEN")
    assert (await asked(town, "refresh", cookie, town.url)).status == 200


async def test_a_request_that_does_not_say_where_from(town: Town) -> None:
    cookie = cookie_of(await signed_in(town)).value
    assert (await asked(town, "refresh", cookie)).refused == (403, "ORIGIN_FORBIDDEN")


async def test_a_page_elsewhere_may_be_listed(database_url: str) -> None:
    async with a_town(database_url, RefreshCookies(origins=frozenset({LISTED}))) as town:
        cookie = cookie_of(await signed_in(town, LISTED)).value
        assert (await asked(town, "refresh", cookie, LISTED)).status == 200
        assert (await signed_in(town, LISTED + ".evil")).refused == (403, "ORIGIN_FORBIDDEN")


async def test_a_new_password_gives_a_new_cookie(town: Town) -> None:
    first = await signed_in(town)
    body = {"oldPassword": PASSWORD, "newPassword": "another password", "cookie": True}
    ada = town.by(first.data["accessToken"])
    assert (await ada.post("/api/v1/me/password", body)).refused == (403, "ORIGIN_FORBIDDEN")
    reply = await ada.send("POST", "/api/v1/me/password", data=json.dumps(body), headers={**JSON, **town.origin})
    assert reply.data["refreshToken"] is None
    assert (await asked(town, "refresh", cookie_of(first).value, town.url)).refused == (401, "SESSION_ENDED")
    assert (await asked(town, "refresh", cookie_of(reply).value, town.url)).status == 200
