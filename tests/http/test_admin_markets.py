"""Administering markets over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from dependency_injector.providers import Object

from application.trading.end_market import EndMarket
from application.trading.settle_market import SettleMarket
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from entrypoints.container import Container
from tests.http.administering import ADMIN, WHY, actions, an_admin, patch, proposed
from tests.http.client import Client
from tests.integration.audited import audited
from tests.support import read_tables, without_refusals


@pytest.fixture
async def admin(api: Client, exchange: Container) -> Client:
    return (await an_admin(api, exchange))[1]


@pytest.fixture
def slowly(exchange: Container) -> None:
    """Every request that settles pays one user."""
    settle = SettleMarket(exchange.transactions(), exchange.clock(), exchange.ids(), chunk=1)
    exchange.end_market.override(Object(EndMarket(exchange.change_market(), settle, chunks=1)))


def of(market_id: object, action: str) -> str:
    return f"{ADMIN}/markets/{market_id}/{action}"


async def buy(api: Client, market_id: object, points: int = 10) -> None:
    order = {"marketId": str(market_id), "action": "BUY", "outcome": "YES", "amount": str(points * POINT)}
    assert (await api.trade(order)).status == 201


async def test_approving_opens_the_pool(api: Client, admin: Client, exchange: Container) -> None:
    first, second = await proposed(api), await proposed(api, probability=250_000)
    opened = await admin.post(of(first, "approve"), WHY)
    assert (opened.status, opened.data["status"]) == (200, "ACTIVE")
    assert opened.data["collateral"] == str(exchange.settings().market_liquidity)
    with_less = await admin.post(of(second, "approve"), WHY | {"liquidity": str(90 * POINT)})
    assert (with_less.data["collateral"], with_less.data["probability"]) == (str(90 * POINT), 0.25)
    assert (await admin.post(of(first, "approve"), WHY)).refused == (409, "MARKET_STATUS")
    too_much = WHY | {"liquidity": str(10**16)}
    assert (await admin.post(of(await proposed(api), "approve"), too_much)).refused == (409, "INSUFFICIENT_POINTS")


async def test_every_step_of_a_market(api: Client, admin: Client, markets: list[MarketId]) -> None:
    market_id = markets[0]
    await buy(api, market_id)
    order = {"marketId": str(market_id), "action": "BUY", "outcome": "YES", "amount": "5000000"}
    assert (await admin.post(of(market_id, "pause"), WHY)).data["status"] == "PAUSED"
    assert (await api.trade(order)).refused == (409, "MARKET_PAUSED")
    assert (await admin.post(of(market_id, "resume"), WHY)).data["status"] == "ACTIVE"
    swept = await admin.post(of(market_id, "sweep-fees"), WHY)
    assert swept.data == {"marketId": str(market_id), "swept": "100000"}
    assert (await admin.post(of(market_id, "sweep-fees"), WHY)).data["swept"] == "0"
    closed = await admin.post(of(market_id, "close"), WHY)
    assert datetime.fromisoformat(closed.data["closesAt"]) <= datetime.now(UTC)
    assert (await api.trade(order)).refused == (409, "MARKET_CLOSED")
    assert (await admin.post(of(market_id, "settle"), WHY)).refused == (409, "MARKET_NOT_ENDED")
    resolved = await admin.post(of(market_id, "resolve"), WHY | {"outcome": "YES"})
    assert (resolved.status, resolved.data["status"], resolved.data["outcome"]) == (200, "RESOLVED", "YES")
    assert (resolved.data["settled"], resolved.data["collateral"], resolved.data["pool"]) == (True, "0", None)
    assert (await admin.post(of(market_id, "settle"), WHY)).data["settled"] is True
    assert await actions(admin, subjectId=str(market_id)) == [
        "MARKET_SETTLED",
        "MARKET_RESOLVED",
        "MARKET_CLOSED",
        "MARKET_SWEPT",
        "MARKET_RESUMED",
        "MARKET_PAUSED",
    ]


async def test_cancelling_returns_what_was_paid(api: Client, admin: Client, markets: list[MarketId]) -> None:
    await buy(api, markets[0])
    cancelled = await admin.post(of(markets[0], "cancel"), WHY)
    assert (cancelled.data["status"], cancelled.data["settled"]) == ("CANCELLED", True)
    for step in ("pause", "resume", "close", "cancel"):
        assert (await admin.post(of(markets[0], step), WHY)).refused == (409, "MARKET_STATUS")


async def test_editing(api: Client, admin: Client, markets: list[MarketId]) -> None:
    draft, path = await proposed(api), f"{ADMIN}/markets/{markets[0]}"
    later = (datetime.now(UTC) + timedelta(days=9)).isoformat(timespec="seconds")
    everything = {"title": "Will it snow?", "description": "Here.", "category": "winter", "closesAt": later}
    terms = {"probability": 250_000, "feeBps": 100, "lpFeeBps": 0}
    edited = await patch(admin, f"{ADMIN}/markets/{draft}", WHY | everything | terms)
    assert (edited.status, edited.data["title"], edited.data["feeBps"]) == (200, "Will it snow?", 100)
    assert datetime.fromisoformat(edited.data["closesAt"]) == datetime.fromisoformat(later)
    trading = await patch(admin, path, WHY | everything)
    assert (trading.data["description"], trading.data["feeBps"]) == ("Here.", 200)
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    refusals: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"feeBps": 100}, (409, "TERMS_FIXED")),
        ({"probability": 250_000}, (409, "TERMS_FIXED")),
        ({"closesAt": past}, (422, "CLOSES_IN_THE_PAST")),
        ({"feeBps": 1_001}, (422, "FIELD_INVALID")),
        ({"status": "ACTIVE"}, (422, "FIELD_UNKNOWN")),
        ({}, (422, "EDIT_EMPTY")),
    ]
    for body, refused in refusals:
        assert (await patch(admin, path, WHY | body)).refused == refused
    await admin.post(of(markets[0], "resolve"), WHY | {"outcome": "NO"})
    assert (await patch(admin, path, WHY | everything)).refused == (409, "MARKET_STATUS")


async def test_what_every_action_needs(admin: Client, exchange: Container, markets: list[MarketId]) -> None:
    before = without_refusals(await read_tables(exchange.engine()))
    for action in ("approve", "pause", "resume", "close", "resolve", "cancel", "settle", "sweep-fees"):
        outcome = {"outcome": "YES"} if action == "resolve" else {}
        for body, code in (
            ({}, "FIELD_MISSING"),
            ({"reason": ""}, "FIELD_INVALID"),
            ({"reason": "r" * 501}, "FIELD_INVALID"),
            ({"reason": "line\nbreak"}, "REASON"),
            ({**WHY, "why": "?"}, "FIELD_UNKNOWN"),
        ):
            assert (await admin.post(of(markets[0], action), {**outcome, **body})).refused == (422, code)
        for name in (uuid4(), "none"):
            assert (await admin.post(of(name, action), {**outcome, **WHY})).refused == (404, "MARKET_NOT_FOUND")
    for outcome in ({}, {"outcome": "MAYBE"}):
        assert (await admin.post(of(markets[0], "resolve"), {**outcome, **WHY})).status == 422
    assert without_refusals(await read_tables(exchange.engine())) == before


async def test_a_user_gets_nowhere_and_leaves_nothing(
    api: Client, exchange: Container, markets: list[MarketId]
) -> None:
    draft = await proposed(api)
    before = await read_tables(exchange.engine())
    for market_id in (draft, markets[0]):
        for action in ("approve", "pause", "resume", "close", "cancel", "settle", "sweep-fees"):
            assert (await api.post(of(market_id, action), WHY)).refused == (403, "ADMIN_ONLY")
        result = WHY | {"outcome": "YES"}
        assert (await api.post(of(market_id, "resolve"), result)).refused == (403, "ADMIN_ONLY")
        edit = WHY | {"title": "Mine?"}
        assert (await patch(api, f"{ADMIN}/markets/{market_id}", edit)).refused == (403, "ADMIN_ONLY")
        assert (await api.calling({}).post(of(market_id, "pause"), WHY)).refused == (401, "AUTHENTICATION_NEEDED")
    assert await read_tables(exchange.engine()) == before


async def test_a_long_settlement_goes_on_request_by_request(
    slowly: None, api: Client, admin: Client, markets: list[MarketId]
) -> None:
    """The trader and the treasury hold shares, the treasury provides, and then the market is closed."""
    await buy(api, markets[0])
    resolved = await admin.post(of(markets[0], "resolve"), WHY | {"outcome": "YES"})
    assert (resolved.data["status"], resolved.data["settled"]) == ("RESOLVED", False)
    settled = [(await admin.post(of(markets[0], "settle"), WHY)).data["settled"] for _ in range(4)]
    assert settled == [False, False, True, True]
    assert await actions(admin) == ["MARKET_SETTLED", "MARKET_RESOLVED"]


async def test_the_audit_finds_nothing_after_everything(
    api: Client, admin: Client, markets: list[MarketId], database_url: str
) -> None:
    for market_id in markets:
        await buy(api, market_id)
    withdrawn, refused = await proposed(api), await proposed(api)
    assert (await api.send("POST", f"/api/v1/markets/{withdrawn}/withdraw")).status == 200
    assert (await admin.post(of(refused, "cancel"), WHY)).data["settled"] is True
    await admin.post(of(markets[0], "sweep-fees"), WHY)
    await admin.post(of(markets[0], "resolve"), WHY | {"outcome": "NO"})
    await admin.post(of(markets[1], "cancel"), WHY)
    assert (await audited(database_url)).clean
