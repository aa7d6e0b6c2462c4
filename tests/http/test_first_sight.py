"""Users for whom an issuer elsewhere vouches, on the exchange as it is wired."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from application.jobs.catalogue.reports import GENERATE_REPORT, Proof
from domain.shared.ids import JobId
from domain.shared.money import POINT
from entrypoints.settings import Settings
from tests.http.elsewhere import LEGACY_SECRET, Elsewhere, an_exchange_elsewhere
from tests.http.real import PASSWORD
from tests.http.rules import WHY

BONUS = 1_000 * POINT
ADMINS = "/api/v1/admin/users"

NO_WORD_OF_THE_ISSUER: list[dict[str, object]] = [
    {"user_metadata": {"role": "admin", "roles": ["admin"], "app_metadata": {"role": "admin"}}},
    {"raw_user_meta_data": {"role": "admin"}},
    {"role": "admin"},
    {"roles": ["admin"]},
    {"app_metadata.role": "admin"},
    {"app_metadata": "admin"},
    {"app_metadata": {"role": "administrator", "roles": "superadmin", "admin": True}},
    {"app_metadata": {"role": {"admin": True}, "roles": {"admin": True}}},
    {"app_metadata": {"user_metadata": {"role": "admin"}}},
    {"app_metadata": [{"role": "admin"}]},
    {"aud": ["authenticated", "admin"], "scope": "admin"},
]
"""Claims that users may write themselves, or that mean something else."""


@pytest.fixture
async def elsewhere(settings: Settings) -> AsyncIterator[Elsewhere]:
    async with an_exchange_elsewhere(settings, oidc_secret=LEGACY_SECRET) as exchange:
        yield exchange


async def test_an_administrator_by_his_issuers_word_asks_for_statements(elsewhere: Elsewhere) -> None:
    """Nobody says so himself."""
    admin, user = elsewhere.client("root", app_metadata={"role": "admin"}), elsewhere.client("bo")
    wanted = {"kind": "market", "subject": str((await elsewhere.site.markets())[0])}
    for by, proof in ((admin, Proof.ISSUER), (user, Proof.ACCOUNT)):
        asked = await by.post("/api/v1/jobs", {"name": "report.generate", "payload": {**wanted, "proof": "issuer"}})
        job = await elsewhere.site.exchange.queue_service().get(JobId(UUID(asked.data["id"])))
        assert GENERATE_REPORT.read(job.payload, job.version).proof is proof


async def test_whoever_comes_first_is_made_once(elsewhere: Elsewhere) -> None:
    ada = elsewhere.client("ada")
    replies = await asyncio.gather(*(ada.get("/api/v1/me") for _ in range(20)))
    assert {(reply.status, reply.data["balance"]) for reply in replies} == {(200, str(BONUS))}
    assert len({reply.data["id"] for reply in replies}) == 1
    tables = await elsewhere.site.tables()
    assert [(row["issuer"], row["subject"]) for row in tables["identities"]] == [(elsewhere.issuer.url, "ada")]
    assert [(row["amount"], row["reason"]) for row in tables["point_grants"]] == [(BONUS, "REGISTRATION_BONUS")]
    assert [row["balance"] for row in tables["users"]] == [BONUS]


async def test_many_come_at_once(elsewhere: Elsewhere) -> None:
    names = [f"auth0|{number}" for number in range(10)]
    replies = await asyncio.gather(*(elsewhere.client(name).get("/api/v1/me") for name in names * 2))
    assert len({reply.data["id"] for reply in replies}) == len({reply.data["handle"] for reply in replies}) == 10
    assert elsewhere.issuer.asked["/jwks"] == 1


async def test_who_has_a_token_trades(elsewhere: Elsewhere) -> None:
    market = (await elsewhere.site.markets())[0]
    order = {"marketId": str(market), "action": "BUY", "outcome": "YES", "amount": str(POINT)}
    ada = elsewhere.client("ada")
    trade = await ada.trade(order)
    assert (trade.status, trade.data["userId"]) == (201, (await ada.get("/api/v1/me")).data["id"])
    shared = elsewhere.site.by(elsewhere.legacy().token(sub="ada"))
    assert (await shared.get("/api/v1/me")).data["id"] == trade.data["userId"]


@pytest.mark.parametrize("claims", [{"app_metadata": {"role": "admin"}}, {"app_metadata": {"roles": ["x", "admin"]}}])
async def test_an_issuer_may_name_administrators(elsewhere: Elsewhere, claims: dict[str, object]) -> None:
    ada = elsewhere.client("ada", **claims)
    assert (await ada.get(ADMINS)).status == 200
    assert (await ada.get("/api/v1/me")).data["role"] == "admin"
    assert (await elsewhere.client("ada").get(ADMINS)).refused == (403, "ADMIN_ONLY")


async def test_nobody_names_himself_one(elsewhere: Elsewhere) -> None:
    for claims in NO_WORD_OF_THE_ISSUER:
        ada = elsewhere.client("ada", **claims)
        assert (await ada.get("/api/v1/me")).data["role"] == "user", claims
        assert (await ada.get(ADMINS)).refused == (403, "ADMIN_ONLY")
        promotion = await ada.post(f"{ADMINS}/{'0' * 32}/role", {**WHY, "role": "admin"})
        assert promotion.refused == (403, "ADMIN_ONLY")


async def test_whom_the_exchange_shut_out_no_issuer_lets_in(elsewhere: Elsewhere) -> None:
    admin, ada = (elsewhere.client(name, app_metadata={"role": "admin"}) for name in ("root", "ada"))
    ada_id = (await ada.get("/api/v1/me")).data["id"]
    assert (await admin.post(f"{ADMINS}/{ada_id}/deactivate", WHY)).status == 200
    for path in ("/api/v1/me", ADMINS):
        assert (await ada.get(path)).refused == (403, "ACCOUNT_INACTIVE")
    assert (await elsewhere.client("ada").get("/api/v1/me")).refused == (403, "ACCOUNT_INACTIVE")
    assert (await admin.post(f"{ADMINS}/{ada_id}/activate", WHY)).status == 200
    assert (await ada.get("/api/v1/me")).status == 200


async def test_nobody_signs_in_here(elsewhere: Elsewhere) -> None:
    nobody, ada = elsewhere.site.client, elsewhere.client("ada")
    before = await elsewhere.site.tables()
    change = {"oldPassword": PASSWORD, "newPassword": "another one"}
    replies = [
        await elsewhere.site.register("bo"),
        await elsewhere.site.log_in("bo"),
        await nobody.post("/api/v1/auth/refresh", {"refreshToken": "x"}),
        await nobody.post("/api/v1/auth/logout", {"refreshToken": "x"}),
    ]
    assert await elsewhere.site.tables() == before
    replies.append(await ada.post("/api/v1/me/password", change))
    assert {reply.refused for reply in replies} == {(409, "IDENTITY_EXTERNAL")}


async def test_keys_go_on_while_the_issuer_is_away(elsewhere: Elsewhere) -> None:
    """So does whoever has a token whose key is known."""
    ada, issuer = elsewhere.client("ada"), elsewhere.issuer
    made = await ada.post("/api/v1/me/api-keys", {"name": "bot", "scopes": ["read"]})
    issuer.answer = issuer.fail
    for client in (ada, elsewhere.site.by(made.data["key"])):
        assert (await client.get("/api/v1/me")).status == 200


async def test_while_the_issuer_has_never_answered_nobody_is_let_in(settings: Settings) -> None:
    async with an_exchange_elsewhere(settings) as exchange:
        exchange.issuer.answer = exchange.issuer.fail
        reply = await exchange.client("ada").get("/api/v1/me")
        assert reply.status == 503
        assert "Retry-After" in reply.headers
        assert not (await exchange.site.tables())["users"]
