"""Administering accounts over HTTP, and the log of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.accounts.user import Role
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from entrypoints.container import Container
from entrypoints.demo import TREASURY
from tests.http.administering import ADMIN, WHY, actions, an_admin
from tests.http.client import JSON, Client
from tests.http.signed import TRADER, TRADER_POINTS, bearer
from tests.integration.audited import audited
from tests.support import read_tables, without_refusals

USERS = f"{ADMIN}/users"


@pytest.fixture
async def root(api: Client, exchange: Container) -> tuple[UserId, Client]:
    return await an_admin(api, exchange)


@pytest.fixture
def admin(root: tuple[UserId, Client]) -> Client:
    return root[1]


async def test_a_user_reads_as_promised(admin: Client) -> None:
    reply = await admin.get(f"{USERS}/{TRADER}")
    created = datetime.fromisoformat(reply.data.pop("createdAt"))
    assert datetime.now(UTC) - created < timedelta(minutes=5)
    assert reply.data == {
        "id": str(TRADER),
        "handle": "demo",
        "role": "user",
        "active": True,
        "balance": str(TRADER_POINTS),
    }
    for name in (uuid4(), "none"):
        assert (await admin.get(f"{USERS}/{name}")).refused == (404, "USER_NOT_FOUND")


async def test_users_by_role_state_and_handle(admin: Client, exchange: Container) -> None:
    await exchange.sign_up()("Demos thenes")
    await admin.post(f"{USERS}/{TRADER}/deactivate", WHY)

    async def found(**query: str) -> list[str]:
        return [item["handle"] for item in (await admin.get(USERS, **query)).data["items"]]

    assert await found() == ["treasury", "demo", "root", "Demos thenes"]
    assert await found(role="admin") == ["root"]
    assert await found(active="false") == ["demo"]
    assert await found(text="DEMO") == ["demo", "Demos thenes"]
    assert await found(text="demo", active="true", role="user") == ["Demos thenes"]
    first = (await admin.get(USERS, limit="3")).data
    assert await found(limit="3", cursor=first["nextCursor"]) == ["Demos thenes"]
    for query, code in (
        ({"role": "ADMIN"}, "ROLE_UNKNOWN"),
        ({"active": "perhaps"}, "FIELD_INVALID"),
        ({"text": ""}, "FIELD_INVALID"),
        ({"text": "a\0b"}, "FIELD_INVALID"),
        ({"limit": "201"}, "FIELD_INVALID"),
        ({"email": "a@b.c"}, "FIELD_UNKNOWN"),
    ):
        assert (await admin.get(USERS, **query)).refused == (422, code)
    for odd in ("%FF", "%ED%A0%80", "%25", "_"):
        assert (await admin.send("GET", f"{USERS}?text={odd}")).data["items"] == []


async def test_a_deactivated_user_is_let_in_again(api: Client, admin: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": "5000000"}
    for _ in range(2):
        shut = await admin.post(f"{USERS}/{TRADER}/deactivate", WHY)
        assert (shut.status, shut.data["active"]) == (200, False)
    assert (await api.trade(order)).refused == (403, "ACCOUNT_INACTIVE")
    assert (await admin.post(f"{USERS}/{TRADER}/activate", WHY)).data["active"] is True
    assert (await api.trade(order)).status == 201
    assert await actions(admin) == ["USER_ACTIVATED", "USER_DEACTIVATED"]


async def test_roles(api: Client, root: tuple[UserId, Client]) -> None:
    root_id, admin = root
    assert (await api.get(USERS)).refused == (403, "ADMIN_ONLY")
    made = await admin.post(f"{USERS}/{TRADER}/role", WHY | {"role": "admin"})
    assert (made.status, made.data["role"]) == (200, "admin")
    assert (await api.get(USERS)).status == 200
    assert (await api.post(f"{USERS}/{root_id}/role", WHY | {"role": "user"})).data["role"] == "user"
    assert (await admin.get(USERS)).refused == (403, "ADMIN_ONLY")
    assert (await api.post(f"{USERS}/{TRADER}/role", WHY | {"role": "user"})).refused == (409, "LAST_ADMIN")


async def test_what_administrators_may_not_do(root: tuple[UserId, Client], exchange: Container) -> None:
    root_id, admin = root
    before = without_refusals(await read_tables(exchange.engine()))
    for path, body, refused in (
        (f"{root_id}/deactivate", {}, (403, "OWN_ACCOUNT")),
        (f"{TREASURY}/deactivate", {}, (403, "TREASURY_FIXED")),
        (f"{TREASURY}/role", {"role": "user"}, (403, "TREASURY_FIXED")),
        (f"{TRADER}/role", {"role": "treasury"}, (422, "ROLE_UNKNOWN")),
        (f"{TRADER}/role", {}, (422, "FIELD_MISSING")),
        (f"{uuid4()}/activate", {}, (404, "USER_NOT_FOUND")),
        ("none/grants", {"amount": "1"}, (404, "USER_NOT_FOUND")),
        (f"{uuid4()}/grants", {"amount": "1"}, (404, "USER_NOT_FOUND")),
        (f"{TRADER}/grants", {"amount": "0"}, (422, "AMOUNT_OUT_OF_BOUNDS")),
        (f"{TRADER}/grants", {"amount": 0.5}, (422, "AMOUNT_NOT_INTEGER")),
        (f"{TRADER}/grants", {}, (422, "FIELD_MISSING")),
    ):
        assert (await admin.post(f"{USERS}/{path}", WHY | body)).refused == refused
    for path, body in (("activate", {}), ("deactivate", {}), ("role", {"role": "admin"}), ("grants", {"amount": "1"})):
        assert (await admin.post(f"{USERS}/{TRADER}/{path}", body)).refused == (422, "FIELD_MISSING")
    assert without_refusals(await read_tables(exchange.engine())) == before


async def test_points_are_granted_once_for_their_key(admin: Client, exchange: Container, database_url: str) -> None:
    path, body = f"{USERS}/{TRADER}/grants", WHY | {"amount": str(7 * POINT)}
    first = await admin.post(path, body, key="march")
    again = await admin.post(path, body, key="march")
    assert (first.status, first.headers.get("Idempotency-Replayed")) == (201, None)
    assert (again.status, again.headers["Idempotency-Replayed"], again.data) == (201, "true", first.data)
    assert first.headers["Idempotency-Key"] == first.data["idempotencyKey"] == "march"
    assert (first.data["userId"], first.data["amount"]) == (str(TRADER), str(7 * POINT))
    other = await admin.post(path, WHY | {"amount": "1"}, key="march")
    assert other.refused == (422, "IDEMPOTENCY_CONFLICT")
    assert (await admin.get(f"{USERS}/{TRADER}")).data["balance"] == str(TRADER_POINTS + 7 * POINT)
    assert (await admin.post(path, body)).data["id"] != first.data["id"]
    assert await actions(admin) == ["USER_GRANTED", "USER_GRANTED"]
    assert (await audited(database_url)).clean


async def test_the_log_says_who_what_why_and_in_which_request(root: tuple[UserId, Client]) -> None:
    root_id, admin = root
    granted = await admin.send(
        "POST",
        f"{USERS}/{TRADER}/grants",
        json=WHY | {"amount": str(POINT)},
        headers=JSON | {"X-Request-ID": "from-the-console", "Idempotency-Key": "march"},
    )
    (logged,) = (await admin.get(f"{ADMIN}/actions")).data["items"]
    at = datetime.fromisoformat(logged.pop("at"))
    assert at == datetime.fromisoformat(granted.data["grantedAt"])
    logged.pop("id")
    assert "march" not in logged["after"].pop("reference")
    assert logged == {
        "adminId": str(root_id),
        "admin": "root",
        "action": "USER_GRANTED",
        "subject": "user",
        "subjectId": str(TRADER),
        "before": {"balance": str(TRADER_POINTS)},
        "after": {"balance": str(TRADER_POINTS + POINT), "grantId": granted.data["id"]},
        "reason": WHY["reason"],
        "requestId": "from-the-console",
    }


async def test_the_log_by_who_what_and_about_whom(
    api: Client, root: tuple[UserId, Client], exchange: Container, markets: list[MarketId]
) -> None:
    (root_id, admin), (other_id, other) = root, await an_admin(api, exchange, "other")
    await exchange.appoint_admin()("demo", Role.ADMIN, "By hand.")
    await admin.post(f"{ADMIN}/markets/{markets[0]}/pause", WHY)
    await other.post(f"{ADMIN}/markets/{markets[0]}/resume", WHY)
    await other.post(f"{ADMIN}/markets/{markets[1]}/pause", WHY)
    told = ["MARKET_PAUSED", "MARKET_RESUMED", "MARKET_PAUSED", "USER_ROLE_CHANGED"]
    assert await actions(admin) == told
    assert await actions(admin, adminId=str(other_id)) == told[:2]
    assert await actions(admin, action="MARKET_PAUSED", adminId=str(root_id)) == ["MARKET_PAUSED"]
    assert await actions(admin, subjectId=str(markets[0])) == told[1:3]
    first = (await admin.get(f"{ADMIN}/actions", limit="3")).data
    assert await actions(admin, limit="3", cursor=first["nextCursor"]) == told[3:]
    by_hand = (await admin.get(f"{ADMIN}/actions", action="USER_ROLE_CHANGED")).data["items"][0]
    assert (by_hand["adminId"], by_hand["admin"], by_hand["requestId"]) == (None, None, None)
    assert (await admin.get(f"{ADMIN}/actions", action="MARKET_SOLD")).refused == (422, "ACTION_UNKNOWN")


async def test_a_user_gets_nowhere_and_leaves_nothing(api: Client, exchange: Container) -> None:
    before = await read_tables(exchange.engine())
    for path, body in (
        (f"{TRADER}/activate", {}),
        (f"{TRADER}/deactivate", {}),
        (f"{TRADER}/role", {"role": "admin"}),
        (f"{TRADER}/grants", {"amount": "1"}),
    ):
        assert (await api.post(f"{USERS}/{path}", WHY | body)).refused == (403, "ADMIN_ONLY")
        assert (await api.calling({}).post(f"{USERS}/{path}", WHY | body)).status == 401
    for path in (USERS, f"{USERS}/{TRADER}", f"{ADMIN}/actions", f"{ADMIN}/proposals"):
        assert (await api.get(path)).refused == (403, "ADMIN_ONLY")
    treasury = api.calling(bearer(TREASURY))
    assert (await treasury.get(USERS)).refused == (403, "ADMIN_ONLY")
    assert await read_tables(exchange.engine()) == before
