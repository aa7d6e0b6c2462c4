"""Providing liquidity over HTTP."""

from domain.shared.ids import MarketId
from domain.shared.money import POINT
from entrypoints.container import Container
from tests.http.client import Client
from tests.http.signed import TRADER


async def test_in_and_out_again(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    path = f"/api/v1/markets/{markets[0]}/liquidity"
    added = await api.post(path, {"amount": str(100 * POINT)}, key="in")
    assert added.status == 201
    assert (added.data["action"], added.data["amount"]) == ("ADD_LIQUIDITY", str(100 * POINT))
    assert int(added.data["lpShares"]) == 100 * POINT
    again = await api.post(path, {"amount": str(100 * POINT)}, key="in")
    assert again.data == added.data
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await api.post(f"{path}/claim-fees", {})).refused == (409, "NOTHING_TO_CLAIM")
    await api.trade({"marketId": str(markets[0]), "action": "BUY", "outcome": "NO", "amount": str(50 * POINT)})
    claimed = await api.post(f"{path}/claim-fees", {})
    assert claimed.data["action"] == "FEE_CLAIM"
    assert int(claimed.data["amount"]) == 50 * POINT * 2 // 100 // 2 // 11
    removed = await api.post(f"{path}/remove", {"lpShares": added.data["lpShares"]})
    assert removed.data["action"] == "REMOVE_LIQUIDITY"
    assert removed.data["lpShares"] == "0"
    assert 0 < int(removed.data["amount"]) < 100 * POINT
    portfolio = await exchange.queries().portfolio(TRADER)
    assert portfolio.balance == 850 * POINT + int(claimed.data["amount"]) + int(removed.data["amount"])


async def test_what_cannot_be(api: Client, markets: list[MarketId]) -> None:
    path = f"/api/v1/markets/{markets[0]}/liquidity"
    for body, refused in (
        ({"amount": "0"}, (422, "AMOUNT_OUT_OF_BOUNDS")),
        ({"amount": 1.5}, (422, "AMOUNT_NOT_INTEGER")),
        ({}, (422, "FIELD_MISSING")),
        ({"amount": "5", "probability": 5}, (422, "FIELD_INVALID")),
        ({"amount": "5", "probability": 5.0}, (422, "NOT_INTEGER")),
        ({"amount": str(1_001 * POINT)}, (409, "INSUFFICIENT_POINTS")),
    ):
        assert (await api.post(path, body)).refused == refused
    assert (await api.post(f"{path}/remove", {"lpShares": "5"})).refused == (409, "INSUFFICIENT_LP_SHARES")
    elsewhere = path.replace(str(markets[0]), "nowhere")
    assert (await api.post(elsewhere, {"amount": "5"})).refused == (404, "MARKET_NOT_FOUND")
