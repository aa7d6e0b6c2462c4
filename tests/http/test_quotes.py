"""Quotes: what they say is what a trade then does."""

import pytest

from domain.shared.ids import MarketId
from domain.shared.money import POINT
from entrypoints.container import Container
from tests.http.client import Client

FORMS = [
    {"action": "BUY", "amount": "7654321"},
    {"action": "BUY", "shares": "7654321"},
    {"action": "SELL", "shares": "1234567"},
    {"action": "SELL", "amount": "1234567"},
]


@pytest.mark.parametrize("form", FORMS, ids=["buy amount", "buy shares", "sell shares", "sell for amount"])
@pytest.mark.parametrize("outcome", ["YES", "NO"])
async def test_a_quote_is_the_trade_that_follows(
    api: Client, markets: list[MarketId], form: dict[str, str], outcome: str
) -> None:
    market_id = str(markets[0])
    await api.trade({"marketId": market_id, "action": "MINT", "amount": 50 * POINT})
    quoted = await api.quote(market_id, outcome=outcome, **form)
    traded = await api.trade({"marketId": market_id, "outcome": outcome, **form})
    assert (quoted.status, traded.status) == (200, 201)
    assert traded.data["seq"] == quoted.data.pop("seq") + 1
    assert quoted.data.items() <= traded.data.items()
    assert set(quoted.data) > {"amount", "shares", "fee", "price", "probabilityBefore", "probabilityAfter"}


async def test_a_quote_reads_as_promised(api: Client, markets: list[MarketId]) -> None:
    reply = await api.quote(markets[2], action="BUY", outcome="NO", amount="5000000")
    assert reply.data == {
        "marketId": str(markets[2]),
        "seq": 1,
        "action": "BUY",
        "outcome": "NO",
        "amount": "5000000",
        "shares": {"yes": "0", "no": "9401021"},
        "fee": "100000",
        "price": "531857",
        "probabilityBefore": 0.48,
        "probabilityAfter": 0.47756,
    }


async def test_a_quote_moves_nothing(api: Client, markets: list[MarketId]) -> None:
    before = await api.get(f"/api/v1/markets/{markets[0]}")
    await api.quote(markets[0], action="BUY", outcome="YES", amount="5000000")
    assert (await api.get(f"/api/v1/markets/{markets[0]}")).data == before.data


async def test_what_a_quote_refuses(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    right = {"action": "BUY", "outcome": "YES", "amount": "5000000"}
    wrong: dict[str, tuple[dict[str, str], str]] = {
        "no action": ({"action": ""}, "ACTION_UNKNOWN"),
        "minting": ({"action": "MINT"}, "ACTION_UNKNOWN"),
        "outcome": ({"outcome": "MAYBE"}, "OUTCOME_UNKNOWN"),
        "both": ({"shares": "5"}, "ORDER_FORM"),
        "a fraction": ({"amount": "1.5"}, "AMOUNT_NOT_INTEGER"),
        "nothing": ({"amount": "0"}, "AMOUNT_OUT_OF_BOUNDS"),
        "too much": ({"amount": str(10**17 + 1)}, "AMOUNT_OUT_OF_BOUNDS"),
        "a bound": ({"minShares": "1"}, "FIELD_UNKNOWN"),
    }
    refused = {name: (await api.quote(markets[0], **right | change)).refused for name, (change, _) in wrong.items()}
    assert refused == {name: (422, code) for name, (_, code) in wrong.items()}
    assert (await api.quote(markets[0], action="BUY", outcome="YES")).refused == (422, "ORDER_FORM")
    assert (await api.quote(markets[0], action="BUY", amount="1")).refused == (422, "FIELD_MISSING")
    most = await api.quote(markets[0], action="SELL", outcome="YES", amount=str(10**12))
    assert most.refused == (409, "POOL_TOO_SMALL")
    await exchange.change_market().pause(markets[0])
    assert (await api.quote(markets[0], **right)).refused == (409, "MARKET_PAUSED")
