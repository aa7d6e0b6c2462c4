"""One's own account over HTTP."""

from tests.behaviour.people import BONUS, PASSWORD
from tests.http.accounts import Town
from tests.http.test_auth import refreshed
from tests.http.test_markets import TIME


async def test_the_profile(town: Town) -> None:
    user, ada = await town.citizen("ada")
    reply = await ada.get("/api/v1/me")
    assert TIME.fullmatch(reply.data.pop("createdAt"))
    assert (reply.status, reply.data) == (
        200,
        {"id": str(user.id), "handle": "ada", "email": "ada@example.org", "role": "user", "balance": str(BONUS)},
    )


async def test_an_administrator_by_the_word_of_an_issuer(town: Town) -> None:
    await town.people.vouched("boss", admin=True)
    (token,) = town.people.identity.believed
    assert (await town.by(token).get("/api/v1/me")).data["role"] == "admin"


async def test_another_handle(town: Town) -> None:
    _, ada = await town.citizen("ada")
    await town.people.user("bo")
    renamed = await ada.send("PATCH", "/api/v1/me", json={"handle": "countess"})
    assert (renamed.status, renamed.data["handle"], renamed.data["email"]) == (200, "countess", "ada@example.org")
    assert (await ada.get("/api/v1/me")).data == renamed.data
    for body, refused in (
        ({"handle": "bo"}, (409, "HANDLE_TAKEN")),
        ({"handle": " " * 65}, (422, "HANDLE")),
        ({"handle": None}, (422, "FIELD_INVALID")),
        ({"handle": "x", "balance": "5"}, (422, "FIELD_UNKNOWN")),
        ({}, (422, "FIELD_MISSING")),
    ):
        assert (await ada.send("PATCH", "/api/v1/me", json=body)).refused == refused


async def test_another_password(town: Town) -> None:
    user, ada = await town.citizen("ada")
    before = await town.log_in("ada")
    town.limits.counted.clear()
    reply = await ada.post("/api/v1/me/password", {"oldPassword": PASSWORD, "newPassword": "another password"})
    assert (reply.status, reply.data["userId"]) == (200, str(user.id))
    assert town.limits.counted == [("login", str(user.id), None)]
    assert (await refreshed(town, before)).refused == (401, "SESSION_ENDED")
    assert (await refreshed(town, reply)).status == 200
    assert (await town.log_in("ada")).refused == (401, "CREDENTIALS_WRONG")
    assert (await town.log_in("ada", password="another password")).status == 200


async def test_what_changing_a_password_refuses(town: Town) -> None:
    _, ada = await town.citizen("ada")
    for body, refused in (
        ({"oldPassword": "wrong password", "newPassword": "another password"}, (403, "PASSWORD_WRONG")),
        ({"oldPassword": PASSWORD, "newPassword": "short"}, (422, "PASSWORD")),
        ({"oldPassword": "", "newPassword": "another password"}, (422, "PASSWORD")),
        ({"newPassword": "another password"}, (422, "FIELD_MISSING")),
    ):
        reply = await ada.post("/api/v1/me/password", body)
        assert reply.refused == refused
        assert PASSWORD not in str(reply.error)
        assert body["newPassword"] not in str(reply.error)


async def test_nobody_is_nobody(town: Town) -> None:
    for client in (town.client, town.by("x"), town.by("psg_x"), town.by("a.b.c")):
        assert (await client.get("/api/v1/me")).status == 401
        assert (await client.send("PATCH", "/api/v1/me", json={"handle": "x"})).status == 401
        assert (await client.post("/api/v1/me/password", {})).status == 401
