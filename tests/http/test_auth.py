"""Registering, signing in, going on and signing out, over HTTP."""

import asyncio
import logging

import pytest

from domain.accounts.session import REUSE_GRACE
from tests.behaviour.people import BONUS, PASSWORD
from tests.conftest import empty_tables
from tests.http.accounts import Town, a_town
from tests.http.client import Reply
from tests.http.test_markets import TIME

REFRESH, LOGOUT = "/api/v1/auth/refresh", "/api/v1/auth/logout"


async def refreshed(town: Town, reply: Reply) -> Reply:
    return await town.client.post(REFRESH, {"refreshToken": reply.data["refreshToken"]})


async def test_from_nothing_to_an_account(town: Town) -> None:
    registered = await town.register("ada", email=" Ada@Example.org")
    assert (registered.status, registered.data) == (201, {"email": "ada@example.org"})
    signed_in = await town.log_in("ada")
    assert signed_in.status == 200
    assert set(signed_in.data) == {
        "userId",
        "handle",
        "tokenType",
        "accessToken",
        "accessExpiresAt",
        "refreshToken",
        "refreshExpiresAt",
    }
    assert (signed_in.data["handle"], signed_in.data["tokenType"]) == ("ada", "Bearer")
    assert TIME.fullmatch(signed_in.data["accessExpiresAt"])
    assert "Set-Cookie" not in signed_in.headers
    me = await town.by(signed_in.data["accessToken"]).get("/api/v1/me")
    assert (me.data["id"], me.data["balance"]) == (signed_in.data["userId"], str(BONUS))


async def test_registering_tells_nobody_who_has_an_account(town: Town) -> None:
    first, again = await town.register("ada"), await town.register("ada", handle="bo", password="another one")
    assert (first.status, first.data) == (again.status, again.data)
    assert (await town.log_in("ada", password="another one")).status == 401
    assert (await town.log_in("ada")).data["handle"] == "ada"


async def test_what_registering_refuses(town: Town) -> None:
    await town.register("ada")
    for change, status, code in (
        ({"handle": "ada"}, 409, "HANDLE_TAKEN"),
        ({"handle": "ada", "email": "ada@example.org"}, 409, "HANDLE_TAKEN"),
        ({"handle": ""}, 422, "HANDLE"),
        ({"handle": "a\0b"}, 422, "HANDLE"),
        ({"email": "bo"}, 422, "EMAIL"),
        ({"email": "a" * 300}, 422, "EMAIL"),
        ({"email": 5}, 422, "FIELD_INVALID"),
        ({"password": "1234567"}, 422, "PASSWORD"),
        ({"password": "x" * 129}, 422, "PASSWORD"),
        ({"password": None}, 422, "FIELD_INVALID"),
        ({"role": "admin"}, 422, "FIELD_UNKNOWN"),
    ):
        reply = await town.register("bo", **change)
        assert reply.refused == (status, code), change
        assert str(change.get("password", "x" * 9)) not in str(reply.error)


async def test_fields_at_fault_are_named(town: Town) -> None:
    reply = await town.client.post("/api/v1/auth/register", {"email": "x", "password": "short"})
    assert [(field["path"], field["code"]) for field in reply.error["details"]["fields"]] == [
        ("email", "EMAIL"),
        ("password", "PASSWORD"),
        ("handle", "FIELD_MISSING"),
    ]
    assert "short" not in str(reply.error)


async def test_one_answer_for_all_who_may_not_sign_in(town: Town) -> None:
    await town.register("ada")
    out = await town.people.user("out")
    await town.people.deactivate(out)
    replies = [
        await town.log_in("ada", password="wrong password"),
        await town.log_in("out"),
        await town.log_in("nobody"),
    ]
    assert {reply.refused for reply in replies} == {(401, "CREDENTIALS_WRONG")}
    assert len({str(reply.error) for reply in replies}) == 1
    assert {reply.headers["WWW-Authenticate"] for reply in replies} == {"Bearer"}


async def test_attempts_are_counted_by_address_and_by_account(town: Town) -> None:
    await town.register("ada")
    town.limits.counted.clear()
    await town.log_in("ada", email=" ADA@example.org ")
    await town.log_in("ada")
    await town.register("bo")
    classes = [name for name, _, _ in town.limits.counted]
    assert classes == ["login", "login_email", "login", "login_email", "login"]
    addresses = {subject for name, subject, _ in town.limits.counted if name == "login"}
    accounts = {subject for name, subject, _ in town.limits.counted if name == "login_email"}
    assert (addresses, len(accounts)) == ({"127.0.0.1"}, 1)
    assert "ada" not in str(accounts)
    for name in ("login", "login_email"):
        town.limits.full = {name}
        assert (await town.log_in("ada")).refused == (429, "RATE_LIMITED")
    town.limits.full = {"login_email"}
    assert (await town.register("cy")).status == 201


async def test_going_on_and_signing_out(town: Town) -> None:
    await town.register("ada")
    first = await town.log_in("ada")
    second = await refreshed(town, first)
    assert (second.status, set(second.data)) == (200, set(first.data))
    assert second.data["refreshToken"] != first.data["refreshToken"]
    assert second.data["refreshExpiresAt"] == first.data["refreshExpiresAt"]
    out = await town.client.post(LOGOUT, {"refreshToken": second.data["refreshToken"]})
    assert (out.status, out.data) == (200, {"signedOut": True})
    assert (await refreshed(town, second)).refused == (401, "SESSION_ENDED")
    for body in ({}, {"refreshToken": second.data["refreshToken"]}, {"refreshToken": "unknown"}):
        assert (await town.client.post(LOGOUT, body)).status == 200


async def test_two_tabs_at_once_and_a_thief(town: Town) -> None:
    await town.register("ada")
    first = await town.log_in("ada")
    tabs = list(await asyncio.gather(refreshed(town, first), refreshed(town, first)))
    assert [tab.status for tab in tabs] == [200, 200]
    town.people.world.clock.advance(2 * REUSE_GRACE)
    tabs = [await refreshed(town, tab) for tab in tabs]
    assert [tab.status for tab in tabs] == [200, 200]
    assert (await refreshed(town, first)).refused == (401, "SESSION_ENDED")
    assert [(await refreshed(town, tab)).refused for tab in tabs] == [(401, "SESSION_ENDED")] * 2


async def test_a_refresh_token_of_another_user_opens_his_account_and_no_other(town: Town) -> None:
    await town.register("ada")
    await town.register("bo")
    ada, bo = await town.log_in("ada"), await town.log_in("bo")
    by_ada = town.by(ada.data["accessToken"])
    reply = await by_ada.post(REFRESH, {"refreshToken": bo.data["refreshToken"]})
    assert reply.data["userId"] == bo.data["userId"]
    for wrong in (ada.data["accessToken"], "x", "x" * 512):
        assert (await town.client.post(REFRESH, {"refreshToken": wrong})).refused == (401, "SESSION_ENDED")
    for wrong in ("", "x" * 513, 5):
        assert (await town.client.post(REFRESH, {"refreshToken": wrong})).refused == (422, "FIELD_INVALID")
    assert (await town.client.post(REFRESH, {})).refused == (401, "REFRESH_TOKEN_NEEDED")


async def test_a_refresh_token_is_no_access_token(town: Town) -> None:
    await town.register("ada")
    signed_in = await town.log_in("ada")
    assert (await town.by(signed_in.data["refreshToken"]).get("/api/v1/me")).status == 401


async def test_deactivation_works_at_once(town: Town) -> None:
    ada, client = await town.citizen("ada")
    signed_in = await town.log_in("ada")
    key = await town.people.key(ada)
    await town.people.deactivate(ada)
    for by in (client, town.by(key)):
        assert (await by.get("/api/v1/me")).refused == (403, "ACCOUNT_INACTIVE")
    assert (await refreshed(town, signed_in)).refused == (403, "ACCOUNT_INACTIVE")


async def test_secrets_stay_out_of_the_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await town.register("ada")
    signed_in = await town.log_in("ada")
    ada = town.by(signed_in.data["accessToken"])
    key = (await ada.post("/api/v1/me/api-keys", {"name": "bot", "scopes": ["read"]})).data["key"]
    await town.by(key).get("/api/v1/me")
    await town.by(key + "x").get("/api/v1/me")
    await refreshed(town, signed_in)
    await town.log_in("ada", password="wrong " + PASSWORD)
    assert "/api/v1/auth/login" in caplog.text
    for secret in (PASSWORD, key, signed_in.data["refreshToken"], f"'{signed_in.data['accessToken']}'"):
        assert secret not in caplog.text


async def test_an_exchange_whose_users_sign_in_elsewhere(database_url: str) -> None:
    await empty_tables(database_url)
    async with a_town(database_url, elsewhere=True) as town:
        caller = await town.people.vouched("someone")
        (token,) = town.people.identity.believed
        me = town.by(token)
        assert (await me.get("/api/v1/me")).data["id"] == str(caller.user.id)
        assert (await me.get("/api/v1/me")).data["email"] is None
        asked = [
            await town.register("ada"),
            await town.log_in("ada"),
            await town.client.post(REFRESH, {"refreshToken": "x"}),
            await town.client.post(LOGOUT, {}),
            await me.post("/api/v1/me/password", {"oldPassword": PASSWORD, "newPassword": "another one"}),
        ]
        assert {reply.refused for reply in asked} == {(409, "IDENTITY_EXTERNAL")}
