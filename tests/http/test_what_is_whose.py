"""What belongs to one user is nothing to another, whatever ids he knows."""

import csv
import io

from domain.shared.money import POINT
from tests.http.real import Person
from tests.http.rules import WHY
from tests.http.scene import ADMINS_KEY, READING_KEY, TRADING_KEY, Scene

PAGES = ("portfolio", "trades", "liquidity", "grants", "proposals")
FILES = ("trades", "grants", "positions")


async def test_an_api_key_is_its_owner_s_to_see_and_revoke(scene: Scene) -> None:
    path, before = f"/api/v1/me/api-keys/{scene.values['spare_key']}", await scene.site.tables()
    for stranger in (scene.other, scene.admin):
        reply = await stranger.client.send("DELETE", path)
        assert reply.refused == (404, "API_KEY_NOT_FOUND")
        listed = await stranger.client.get("/api/v1/me/api-keys")
        assert scene.values["spare_key"] not in str(listed.data)
    assert await scene.site.tables() == before
    assert (await scene.user.client.send("DELETE", path)).status == 200


async def test_a_trade_is_read_by_its_own_user_s_key_alone(scene: Scene) -> None:
    for stranger in (scene.other, scene.admin):
        assert (await stranger.client.get("/api/v1/trades/by-key/key of user")).refused[0] == 404
    for person in (scene.user, scene.other):
        found = await person.client.get(f"/api/v1/trades/by-key/key of {person.handle}")
        assert found.data["userId"] == str(person.id)


async def test_a_proposal_is_withdrawn_by_its_proposer_alone(scene: Scene) -> None:
    path, before = f"/api/v1/markets/{scene.values['proposal']}/withdraw", await scene.site.tables()
    for stranger in (scene.other, scene.admin):
        assert (await stranger.client.send("POST", path)).refused == (403, "NOT_YOUR_PROPOSAL")
    assert await scene.site.tables() == before
    assert (await scene.user.client.send("POST", path)).data["status"] == "CANCELLED"


async def test_everybody_reads_of_himself(scene: Scene) -> None:
    """A newcomer has a grant and nothing else, where traders have something of everything."""
    for page in PAGES:
        path = f"/api/v1/me/{page}"
        his = (await scene.newcomer.client.get(path)).data["items"]
        assert len(his) == (page == "grants"), page
        for trader in (scene.user, scene.other):
            assert (await trader.client.get(path)).data["items"], page
    for person in (scene.user, scene.other, scene.newcomer, scene.admin):
        me = (await person.client.get("/api/v1/me")).data
        assert (me["id"], me["email"]) == (str(person.id), f"{person.handle}@example.org")


async def test_everybody_exports_what_is_his(scene: Scene) -> None:
    for name in FILES:
        assert len(await rows(scene, scene.newcomer, name)) == (name == "grants"), name
        assert await rows(scene, scene.user, name), name
    keys = [{row["idempotencyKey"] for row in await rows(scene, one, "trades")} for one in (scene.user, scene.other)]
    assert not keys[0] & keys[1]
    assert {"key of user", "key of other"} <= keys[0] | keys[1]


async def test_a_key_acts_for_its_owner(scene: Scene) -> None:
    for key, owner in ((READING_KEY, scene.user), (ADMINS_KEY, scene.admin)):
        assert (await scene.people[key].get("/api/v1/me")).data["id"] == str(owner.id)
    order = {"marketId": scene.values["market"], "action": "MINT", "amount": str(POINT)}
    for key, owner in ((TRADING_KEY, scene.user), (ADMINS_KEY, scene.admin)):
        assert (await scene.people[key].trade(order)).data["userId"] == str(owner.id)


async def test_what_was_taken_away_is_gone_at_once(scene: Scene) -> None:
    """A revoked key, a role, an account: whoever held them has nothing from the next request on."""
    site, user, admin = scene.site, scene.user, scene.admin
    key_id, key = await site.key(user, "read")
    assert (await key.get("/api/v1/me")).status == 200
    await user.client.send("DELETE", f"/api/v1/me/api-keys/{key_id}")
    assert (await key.get("/api/v1/me")).refused == (401, "API_KEY_INVALID")

    role = f"/api/v1/admin/users/{user.id}/role"
    assert (await user.client.get("/api/v1/admin/users")).refused == (403, "ADMIN_ONLY")
    await admin.client.post(role, {**WHY, "role": "admin"})
    assert (await user.client.get("/api/v1/admin/users")).status == 200
    await admin.client.post(role, {**WHY, "role": "user"})
    assert (await user.client.get("/api/v1/admin/users")).refused == (403, "ADMIN_ONLY")

    assert (await admin.client.post(f"/api/v1/admin/users/{user.id}/deactivate", WHY)).status == 200
    for held in (user.client, scene.people[READING_KEY], scene.people[TRADING_KEY]):
        assert (await held.get("/api/v1/me")).refused == (403, "ACCOUNT_INACTIVE")
    refreshed = await site.client.post("/api/v1/auth/refresh", {"refreshToken": user.refresh})
    assert refreshed.refused == (403, "ACCOUNT_INACTIVE")
    assert (await site.log_in("user")).refused == (401, "CREDENTIALS_WRONG")
    assert (await admin.client.post(f"/api/v1/admin/users/{user.id}/activate", WHY)).status == 200
    assert (await user.client.get("/api/v1/me")).status == 200


async def rows(scene: Scene, person: Person, name: str) -> list[dict[str, str]]:
    """A file of his own."""
    answer = await scene.site.ask(person.client, "GET", f"/api/v1/me/export/{name}.csv")
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))
