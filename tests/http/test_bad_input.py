"""What a trade refuses: each with its own code, what to do next, and nothing left behind."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.shared.ids import MarketId
from domain.shared.money import MAX_AMOUNT, POINT
from domain.trading.cpmm import Outcome
from entrypoints.container import Container
from tests.fakes.state import Tables
from tests.http.client import Client, Reply
from tests.support import discrepancies, read_tables, without_refusals

Refused = tuple[int, str]
Trade = Callable[..., Awaitable[Reply]]

FIELDS: Mapping[str, tuple[Mapping[str, Any], str, str]] = {
    "amount of zero": ({"amount": 0}, "AMOUNT_OUT_OF_BOUNDS", "amount"),
    "digits of zero": ({"amount": "0"}, "AMOUNT_OUT_OF_BOUNDS", "amount"),
    "negative amount": ({"amount": -5}, "AMOUNT_OUT_OF_BOUNDS", "amount"),
    "negative digits": ({"amount": "-5"}, "AMOUNT_OUT_OF_BOUNDS", "amount"),
    "beyond the bound": ({"amount": MAX_AMOUNT + 1}, "AMOUNT_OUT_OF_BOUNDS", "amount"),
    "far beyond it": ({"amount": 10**400}, "AMOUNT_OUT_OF_BOUNDS", "amount"),
    "digits far beyond it": ({"amount": "9" * 400}, "AMOUNT_OUT_OF_BOUNDS", "amount"),
    "fraction": ({"amount": 1.5}, "AMOUNT_NOT_INTEGER", "amount"),
    "whole float": ({"amount": 5.0}, "AMOUNT_NOT_INTEGER", "amount"),
    "digits of a fraction": ({"amount": "1.5"}, "AMOUNT_NOT_INTEGER", "amount"),
    "exponent": ({"amount": "1e6"}, "AMOUNT_NOT_INTEGER", "amount"),
    "spaces": ({"amount": " 5"}, "AMOUNT_NOT_INTEGER", "amount"),
    "other digits": ({"amount": "٥"}, "AMOUNT_NOT_INTEGER", "amount"),
    "truth": ({"amount": True}, "AMOUNT_NOT_INTEGER", "amount"),
    "list": ({"amount": [5]}, "AMOUNT_NOT_INTEGER", "amount"),
    "fraction of a share": ({"amount": None, "shares": 0.5}, "AMOUNT_NOT_INTEGER", "shares"),
    "bound of zero": ({"minShares": 0}, "AMOUNT_OUT_OF_BOUNDS", "minShares"),
    "fraction in a bound": ({"minShares": 0.5}, "AMOUNT_NOT_INTEGER", "minShares"),
    "amount and shares": ({"shares": 5}, "ORDER_FORM", "amount"),
    "neither": ({"amount": None}, "ORDER_FORM", "amount"),
    "minting shares": ({"action": "MINT", "outcome": None, "amount": None, "shares": 5}, "ORDER_FORM", "amount"),
    "closing out a part": ({"action": "NET_SELL", "outcome": None}, "ORDER_FORM", "amount"),
    "bound of another form": ({"maxCost": 5}, "FIELD_UNFIT", "maxCost"),
    "outcome of a set": ({"action": "MINT"}, "FIELD_UNFIT", "outcome"),
    "no outcome": ({"outcome": None}, "FIELD_MISSING", "outcome"),
    "unknown outcome": ({"outcome": "MAYBE"}, "OUTCOME_UNKNOWN", "outcome"),
    "lower case": ({"outcome": "yes"}, "OUTCOME_UNKNOWN", "outcome"),
    "outcome as truth": ({"outcome": True}, "OUTCOME_UNKNOWN", "outcome"),
    "unknown action": ({"action": "STEAL"}, "ACTION_UNKNOWN", "action"),
    "action of the exchange": ({"action": "PAYOUT"}, "ACTION_UNKNOWN", "action"),
    "no action": ({"action": None}, "FIELD_MISSING", "action"),
    "malformed market": ({"marketId": "5"}, "FIELD_INVALID", "marketId"),
    "time without zone": ({"expiresAt": "2030-01-31T12:00:00"}, "TIME_MALFORMED", "expiresAt"),
    "time as a number": ({"expiresAt": 1_900_000_000}, "TIME_MALFORMED", "expiresAt"),
    "no such day": ({"expiresAt": "2030-02-31T12:00:00Z"}, "TIME_MALFORMED", "expiresAt"),
    "beyond all time": ({"expiresAt": "9999-12-31T23:59:59-23:00"}, "TIME_OUT_OF_BOUNDS", "expiresAt"),
    "before all time": ({"expiresAt": "0001-01-01T00:00:02+10:01"}, "TIME_OUT_OF_BOUNDS", "expiresAt"),
    "unknown field": ({"limitPrice": 5}, "FIELD_UNKNOWN", "limitPrice"),
    "our own name of a field": ({"market_id": str(uuid4())}, "FIELD_UNKNOWN", "market_id"),
}

STATES: Mapping[str, tuple[Mapping[str, Any], Refused]] = {
    "unknown market": ({"marketId": str(UUID(int=5))}, (404, "MARKET_NOT_FOUND")),
    "not enough points": ({"amount": 1_000 * POINT + 1}, (409, "INSUFFICIENT_POINTS")),
    "not enough shares": ({"action": "SELL"}, (409, "INSUFFICIENT_SHARES")),
    "nothing to merge": ({"action": "MERGE", "outcome": None}, (409, "INSUFFICIENT_SHARES")),
    "nothing to close out": ({"action": "NET_SELL", "outcome": None, "amount": None}, (409, "NOTHING_HELD")),
    "more than the pool": ({"action": "SELL", "amount": 10**12}, (409, "POOL_TOO_SMALL")),
    "fewer shares": ({"minShares": 9 * POINT}, (409, "SLIPPAGE")),
    "higher cost": ({"amount": None, "shares": 5 * POINT, "maxCost": POINT}, (409, "SLIPPAGE")),
    "expired": ({"expiresAt": "2020-01-31T12:00:00Z"}, (409, "ORDER_EXPIRED")),
}


@pytest.fixture
async def before(exchange: Container, api: Client) -> Tables:
    """Every table before the test."""
    return await read_tables(exchange.engine())


@pytest.fixture
def trade(api: Client, markets: list[MarketId]) -> Trade:
    """Sends a good order, spoilt by some changes; None leaves a field out."""

    async def send(market: MarketId = markets[0], **changes: Any) -> Reply:
        order = {"marketId": str(market), "action": "BUY", "outcome": "YES", "amount": 5 * POINT, **changes}
        return await api.trade({name: value for name, value in order.items() if value is not None})

    return send


async def test_fields(exchange: Container, before: Tables, trade: Trade) -> None:
    replies = {name: await trade(**changes) for name, (changes, _, _) in FIELDS.items()}
    found = {name: (*reply.refused, reply.error["details"]["fields"][0]["path"]) for name, reply in replies.items()}
    assert found == {name: (422, code, path) for name, (_, code, path) in FIELDS.items()}
    assert await read_tables(exchange.engine()) == before


async def test_states(exchange: Container, before: Tables, trade: Trade) -> None:
    found = {name: (await trade(**changes)).refused for name, (changes, _) in STATES.items()}
    assert found == {name: refused for name, (_, refused) in STATES.items()}
    assert without_refusals(await read_tables(exchange.engine())) == without_refusals(before)


async def test_markets_that_do_not_trade(exchange: Container, trade: Trade, markets: list[MarketId]) -> None:
    change, (closed, paused, resolved) = exchange.change_market(), markets
    await change.close(closed)
    await change.pause(paused)
    await change.resolve(resolved, Outcome.YES)
    before = await read_tables(exchange.engine())
    found = [(await trade(market_id)).refused for market_id in markets]
    await change.cancel(paused)
    found.append((await trade(paused)).refused)
    assert found == [(409, f"MARKET_{state}") for state in ("CLOSED", "PAUSED", "RESOLVED", "CANCELLED")]
    assert (await read_tables(exchange.engine()))["trade_ledger"] == before["trade_ledger"]
    assert (await read_tables(exchange.engine()))["users"] == before["users"]


async def test_a_good_order_would_have_been_seen(exchange: Container, before: Tables, trade: Trade) -> None:
    assert (await trade(expiresAt="2100-01-31T13:00:00.5+01:00", minShares=5 * POINT)).status == 201
    after = await read_tables(exchange.engine())
    assert {table for table in before if after[table] != before[table]} == {
        "users",
        "liquidity_pools",
        "portfolios",
        "trade_ledger",
    }
    assert discrepancies(after) == []


async def test_all_fields_at_fault_are_named(trade: Trade) -> None:
    reply = await trade(amount=0.5, outcome="MAYBE", price=1)
    assert reply.refused == (422, "OUTCOME_UNKNOWN")
    assert {field["path"]: field["code"] for field in reply.error["details"]["fields"]} == {
        "outcome": "OUTCOME_UNKNOWN",
        "amount": "AMOUNT_NOT_INTEGER",
        "price": "FIELD_UNKNOWN",
    }
    many = await trade(**{f"field{number}": 1 for number in range(1_000)})
    assert len(many.error["details"]["fields"]) == 20


@pytest.mark.parametrize("key", ["", "k" * 256, "é", "tab\tbed"])
async def test_keys(exchange: Container, before: Tables, api: Client, markets: list[MarketId], key: str) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": 5 * POINT}
    assert (await api.trade(order, key=key)).refused == (422, "IDEMPOTENCY_KEY")
    assert await read_tables(exchange.engine()) == before


async def test_the_longest_key_will_do(api: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": 5 * POINT}
    assert (await api.trade(order, key="k" * 255)).data["idempotencyKey"] == "k" * 255
