"""Many orders in one request."""

import json
from typing import Any
from uuid import uuid4

import pytest

from adapters.http.models.batches import MAX_ORDERS, MOST_BYTES
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from entrypoints.container import Container
from tests.http.client import Client, Reply
from tests.http.signed import TRADER

BATCH = "/api/v1/trades/batch"


@pytest.fixture
def buy(markets: list[MarketId]) -> dict[str, Any]:
    """An order for one point."""
    return {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": str(POINT)}


def answers(reply: Reply) -> list[str | int]:
    """Each order's `seq`, or the code that refused it."""
    return [item["trade"]["seq"] if item["trade"] else item["error"]["code"] for item in reply.data["items"]]


async def test_each_order_is_answered_for_itself(api: Client, buy: dict[str, Any]) -> None:
    sale = {**buy, "action": "SELL", "shares": str(10**12), "amount": None}
    sale = {name: value for name, value in sale.items() if value is not None}
    reply = await api.post(BATCH, {"orders": [buy, sale, {**buy, "marketId": str(uuid4())}, buy]}, key="four")
    assert reply.status == 200
    assert answers(reply) == [2, "INSUFFICIENT_SHARES", "MARKET_NOT_FOUND", 3]
    assert [item["status"] for item in reply.data["items"]] == [201, 409, 404, 201]
    assert [item["idempotencyKey"] for item in reply.data["items"]] == [f"four:{place}" for place in range(4)]


async def test_a_repeated_batch_trades_once(api: Client, exchange: Container, buy: dict[str, Any]) -> None:
    batch = {"orders": [{**buy, "idempotencyKey": "mine"}, buy, {**buy, "action": "MERGE", "outcome": None}]}
    batch["orders"][2].pop("outcome")
    first, again = await api.post(BATCH, batch, key="once"), await api.post(BATCH, batch, key="once")
    assert answers(first) == answers(again) == [2, 3, "INSUFFICIENT_SHARES"]
    assert [item["replayed"] for item in first.data["items"]] == [False] * 3
    assert [item["replayed"] for item in again.data["items"]] == [True] * 3
    assert (await api.trade(buy, key="mine")).data["seq"] == 2
    assert (await exchange.queries().portfolio(TRADER)).balance == 998 * POINT


async def test_one_key_twice_in_a_batch(api: Client, buy: dict[str, Any]) -> None:
    order = {**buy, "idempotencyKey": "same"}
    reply = await api.post(BATCH, {"orders": [order, order, {**order, "amount": "5"}]})
    assert answers(reply) == [2, 2, "IDEMPOTENCY_CONFLICT"]
    assert [item["replayed"] for item in reply.data["items"]] == [False, True, False]


async def test_a_malformed_order_refuses_the_batch(api: Client, exchange: Container, buy: dict[str, Any]) -> None:
    reply = await api.post(BATCH, {"orders": [buy, {**buy, "amount": 0}]})
    assert reply.refused == (422, "AMOUNT_OUT_OF_BOUNDS")
    assert reply.error["details"]["fields"][0]["path"] == "orders.1.amount"
    assert (await exchange.queries().portfolio(TRADER)).balance == 1_000 * POINT


async def test_the_bounds_of_a_batch(api: Client, buy: dict[str, Any]) -> None:
    assert (await api.post(BATCH, {"orders": []})).refused == (422, "FIELD_INVALID")
    assert (await api.post(BATCH, {"orders": [buy] * (MAX_ORDERS + 1)})).refused == (422, "FIELD_INVALID")
    assert (await api.post(BATCH, {"orders": [buy]}, key="k" * 255)).refused == (422, "IDEMPOTENCY_KEY")
    whole = {"orders": [{**buy, "minShares": "1", "idempotencyKey": f"{place:0>60}"} for place in range(MAX_ORDERS)]}
    assert 64 * 1024 < len(json.dumps(whole)) < MOST_BYTES
    assert answers(await api.post(BATCH, whole)) == list(range(2, MAX_ORDERS + 2))
    padded = json.dumps(whole).ljust(MOST_BYTES + 1)
    reply = await api.send("POST", BATCH, data=padded, headers={"Content-Type": "application/json"})
    assert reply.refused == (413, "BODY_TOO_LARGE")
