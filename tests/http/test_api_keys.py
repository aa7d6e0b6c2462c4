"""API keys over HTTP: made once, used within their scopes, revoked."""

from datetime import timedelta
from uuid import uuid4

from domain.accounts.api_key import MAX_API_KEYS
from domain.accounts.secrets import is_well_formed
from domain.shared.money import POINT
from tests.http.accounts import Town
from tests.http.client import Client, Reply
from tests.support import on_database

KEYS = "/api/v1/me/api-keys"


async def made(client: Client, *scopes: str, **more: object) -> Reply:
    return await client.post(KEYS, {"name": "bot", "scopes": scopes or ["read", "trade"], **more})


async def revoked(client: Client, key_id: object) -> Reply:
    return await client.send("DELETE", f"{KEYS}/{key_id}")


async def test_a_key_is_told_once(town: Town) -> None:
    user, ada = await town.citizen("ada")
    reply = await made(ada, "trade", "read", expiresAt="2026-03-02T12:00:00+01:00")
    key = reply.data.pop("key")
    assert reply.status == 201
    assert is_well_formed(key)
    assert reply.data == {
        "id": reply.data["id"],
        "name": "bot",
        "hint": key[:8],
        "scopes": ["read", "trade"],
        "createdAt": "2026-03-01T12:00:00Z",
        "expiresAt": "2026-03-02T11:00:00Z",
        "revokedAt": None,
        "perMinute": None,
    }
    assert (await ada.get(KEYS)).data == {"items": [reply.data]}
    assert (await town.by(key).get("/api/v1/me")).data["id"] == str(user.id)


async def test_what_no_key_can_be(town: Town) -> None:
    _, ada = await town.citizen("ada")
    for body, refused in (
        ({"name": "bot", "scopes": []}, "FIELD_INVALID"),
        ({"name": "bot", "scopes": ["admin"]}, "SCOPE_UNKNOWN"),
        ({"name": "bot", "scopes": ["read"] * 3}, "FIELD_INVALID"),
        ({"name": "", "scopes": ["read"]}, "FIELD_INVALID"),
        ({"name": "a\0b", "scopes": ["read"]}, "API_KEY_NAME"),
        ({"name": "bot", "scopes": ["read"], "expiresAt": "2026-03-01T12:00:00Z"}, "API_KEY_EXPIRY"),
        ({"name": "bot", "scopes": ["read"], "expiresAt": "soon"}, "TIME_MALFORMED"),
        ({"name": "bot", "scopes": ["read"], "perMinute": 1000}, "FIELD_UNKNOWN"),
    ):
        assert (await ada.post(KEYS, body)).refused == (422, refused), body


async def test_a_key_does_what_its_scopes_say(town: Town) -> None:
    world = town.people.world
    _, ada = await town.citizen("ada")
    order = {"marketId": str(await world.market(await world.treasury())), "action": "MINT", "amount": POINT}
    reader, trader = [town.by((await made(ada, scope)).data["key"]) for scope in ("read", "trade")]
    assert (await reader.get("/api/v1/me")).status == 200
    assert (await reader.trade(order)).refused == (403, "SCOPE_MISSING")
    assert (await trader.get("/api/v1/me")).refused == (403, "SCOPE_MISSING")
    assert (await trader.trade(order)).status == 201


async def test_what_no_key_may_do(town: Town) -> None:
    _, ada = await town.citizen("ada")
    reply = await made(ada)
    bot = town.by(reply.data["key"])
    for answer in (
        await made(bot),
        await bot.get(KEYS),
        await revoked(bot, reply.data["id"]),
        await bot.send("PATCH", "/api/v1/me", json={"handle": "x"}),
        await bot.post("/api/v1/me/password", {"oldPassword": "x", "newPassword": "another password"}),
    ):
        assert answer.refused == (403, "SIGN_IN_NEEDED")


async def test_a_revoked_key_opens_nothing(town: Town) -> None:
    _, ada = await town.citizen("ada")
    _, bo = await town.citizen("bo")
    reply = await made(ada)
    bot = town.by(reply.data["key"])
    for client, key_id in ((bo, reply.data["id"]), (ada, uuid4()), (ada, "x")):
        assert (await revoked(client, key_id)).refused == (404, "API_KEY_NOT_FOUND")
    assert (await bot.get("/api/v1/me")).status == 200
    gone = await revoked(ada, reply.data["id"])
    assert (gone.status, gone.data["revokedAt"]) == (200, "2026-03-01T12:00:00Z")
    assert (await bot.get("/api/v1/me")).refused == (401, "API_KEY_INVALID")
    assert (await revoked(ada, reply.data["id"])).data == gone.data
    assert (await bo.get(KEYS)).data == {"items": []}


async def test_an_expired_key_opens_nothing(town: Town) -> None:
    _, ada = await town.citizen("ada")
    bot = town.by((await made(ada, expiresAt="2026-03-02T12:00:00Z")).data["key"])
    assert (await bot.get("/api/v1/me")).status == 200
    town.people.world.clock.advance(timedelta(days=1))
    assert (await bot.get("/api/v1/me")).refused == (401, "API_KEY_INVALID")


async def test_keys_are_bounded(town: Town) -> None:
    _, ada = await town.citizen("ada")
    for _ in range(MAX_API_KEYS):
        assert (await made(ada)).status == 201
    assert (await made(ada)).refused == (409, "API_KEYS_MAX")


async def test_a_key_with_a_rate_of_its_own(town: Town, database_url: str) -> None:
    user, ada = await town.citizen("ada")
    key = (await made(ada)).data
    path, body = f"/api/v1/admin/users/{user.id}/api-keys", {"perMinute": 5000, "reason": "A market maker."}
    assert (await ada.post(f"{path}/{key['id']}/rate", body)).refused == (403, "ADMIN_ONLY")
    root, admin = await town.citizen("root")
    await on_database(database_url, f"UPDATE users SET role = 'admin' WHERE id = '{root.id}'")
    assert (await admin.get(path)).data["items"][0]["perMinute"] is None
    assert (await admin.post(f"{path}/{key['id']}/rate", body)).data["perMinute"] == 5000
    assert (await ada.get(KEYS)).data["items"][0]["perMinute"] == 5000
    town.limits.counted.clear()
    bot = town.by(key["key"])
    await bot.trade({})
    await bot.get("/api/v1/me")
    assert town.limits.counted == [("trading", key["id"], 5000), ("authenticated", str(user.id), None)]
    for wrong in ({"perMinute": 0}, {"perMinute": "5"}, {"perMinute": 1.5}, {}):
        assert (await admin.post(f"{path}/{key['id']}/rate", {"reason": "x", **wrong})).status == 422
