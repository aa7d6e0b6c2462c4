"""Proposing markets over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.shared.ids import MarketId
from domain.trading.proposal import MAX_DRAFTS
from entrypoints.container import Container
from tests.http.administering import ADMIN, WHY, an_admin, proposed, question
from tests.http.client import Client
from tests.http.signed import TRADER, bearer

MINE = "/api/v1/me/proposals"


async def test_a_proposal_reads_as_it_was_made(api: Client) -> None:
    asked = question(description="At noon.", category="weather", probability=620_000)
    reply = await api.post("/api/v1/markets", asked)
    assert reply.status == 201
    created, closes = reply.data.pop("createdAt"), reply.data.pop("closesAt")
    assert datetime.fromisoformat(closes) == datetime.fromisoformat(asked["closesAt"])
    assert datetime.now(UTC) - datetime.fromisoformat(created) < timedelta(minutes=5)
    market_id = reply.data["id"]
    assert reply.data == {
        "id": market_id,
        "title": "Will it rain?",
        "description": "At noon.",
        "category": "weather",
        "probability": 0.62,
        "status": "DRAFT",
        "feeBps": 200,
        "lpFeeBps": 5000,
        "proposedBy": str(TRADER),
        "proposer": "demo",
        "refusal": None,
        "cover": None,
    }
    (mine,) = (await api.get(MINE)).data["items"]
    assert mine == reply.data | {"createdAt": created, "closesAt": closes}


async def test_nobody_else_reads_a_proposal(api: Client) -> None:
    market_id = await proposed(api)
    for again in range(2):
        assert (await api.get(f"/api/v1/markets/{market_id}")).refused == (404, "MARKET_NOT_FOUND")
        quoted = await api.quote(market_id, action="BUY", outcome="YES", amount="1")
        assert quoted.refused == (404, "MARKET_NOT_FOUND")
        for query in ({}, {"status": "DRAFT,CANCELLED"}, {"text": "rain"}):
            listed = (await api.get("/api/v1/markets", **query)).data["items"]
            assert market_id not in [each["id"] for each in listed]
        if not again:
            assert (await api.post(f"/api/v1/markets/{market_id}/withdraw", {})).status == 200


async def test_withdrawing(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    other = await exchange.sign_up()("other")
    market_id = await proposed(api)
    withdraw = f"/api/v1/markets/{market_id}/withdraw"
    assert (await api.calling(bearer(other.id)).send("POST", withdraw)).refused == (403, "NOT_YOUR_PROPOSAL")
    assert (await api.send("POST", withdraw)).data["status"] == "CANCELLED"
    assert (await api.send("POST", withdraw)).refused == (409, "MARKET_STATUS")
    for name, refused in (
        (uuid4(), (404, "MARKET_NOT_FOUND")),
        ("none", (404, "MARKET_NOT_FOUND")),
        (markets[0], (403, "NOT_YOUR_PROPOSAL")),
    ):
        assert (await api.send("POST", f"/api/v1/markets/{name}/withdraw")).refused == refused


async def test_what_a_proposal_refuses(api: Client) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=59)).isoformat()
    late = (datetime.now(UTC) + timedelta(days=1_828)).isoformat()
    for changes, refused in (
        ({"title": ""}, "FIELD_INVALID"),
        ({"title": " "}, "TEXT_LENGTH"),
        ({"title": "t" * 301}, "FIELD_INVALID"),
        ({"description": "\x00"}, "TEXT_LENGTH"),
        ({"probability": 0.62}, "NOT_INTEGER"),
        ({"probability": 990_001}, "FIELD_INVALID"),
        ({"closesAt": soon}, "CLOSES_OUT_OF_BOUNDS"),
        ({"closesAt": late}, "CLOSES_OUT_OF_BOUNDS"),
        ({"closesAt": "tomorrow"}, "TIME_MALFORMED"),
        ({"feeBps": 0}, "FIELD_UNKNOWN"),
    ):
        assert (await api.post("/api/v1/markets", question(**changes))).refused == (422, refused)
    assert (await api.post("/api/v1/markets", {"title": "When?"})).refused == (422, "FIELD_MISSING")
    assert (await api.get(MINE)).data["items"] == []


async def test_only_so_many_wait(api: Client) -> None:
    for _ in range(MAX_DRAFTS):
        await proposed(api)
    reply = await api.post("/api/v1/markets", question())
    assert reply.refused == (409, "TOO_MANY_DRAFTS")
    assert reply.error["details"] == {"waiting": MAX_DRAFTS, "maximum": MAX_DRAFTS}


async def test_pages_and_what_waits(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    _, admin = await an_admin(api, exchange)
    mine = [await proposed(api) for _ in range(3)]
    await admin.post(f"{ADMIN}/markets/{mine[1]}/cancel", {"reason": "Say where."})
    first = (await api.get(MINE, limit="2")).data
    assert [item["id"] for item in first["items"]] == [mine[2], mine[1]]
    assert first["items"][1]["refusal"] == "Say where."
    second = (await api.get(MINE, limit="2", cursor=first["nextCursor"])).data
    assert ([item["id"] for item in second["items"]], second["nextCursor"]) == ([mine[0]], None)
    waiting = (await admin.get(f"{ADMIN}/proposals", status="DRAFT")).data["items"]
    assert [(item["id"], item["proposer"]) for item in waiting] == [(mine[2], "demo"), (mine[0], "demo")]
    assert len((await admin.get(f"{ADMIN}/proposals")).data["items"]) == 3 + len(markets)
    assert (await admin.get(MINE)).data["items"] == []
    assert (await api.get(MINE, status="OPEN")).refused == (422, "STATUS_UNKNOWN")


@pytest.mark.parametrize(("method", "path"), [("GET", MINE), ("POST", "/api/v1/markets")])
async def test_nobody_proposes_unknown(api: Client, method: str, path: str) -> None:
    assert (await api.calling({}).send(method, path)).refused == (401, "AUTHENTICATION_NEEDED")


async def test_what_is_approved_trades(api: Client, exchange: Container) -> None:
    _, admin = await an_admin(api, exchange)
    market_id = await proposed(api, probability=250_000)
    order = {"marketId": market_id, "action": "BUY", "outcome": "YES", "amount": "5000000"}
    assert (await api.trade(order)).refused == (409, "MARKET_NOT_OPEN")
    assert (await admin.post(f"{ADMIN}/markets/{market_id}/approve", WHY)).status == 200
    assert (await api.trade(order)).status == 201
