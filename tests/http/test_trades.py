"""Trading."""

import asyncio
from uuid import UUID

from domain.accounts.user import GrantReason
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from entrypoints.container import Container
from tests.http.client import Client
from tests.http.signed import TRADER, bearer
from tests.http.test_markets import TIME


async def test_a_trade_reads_as_promised(api: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[2]), "action": "BUY", "outcome": "NO", "amount": "5000000"}
    reply = await api.trade(order, key="first")
    assert TIME.fullmatch(reply.data.pop("executedAt"))
    assert reply.status == 201
    assert reply.data == {
        "marketId": str(markets[2]),
        "seq": 2,
        "userId": str(TRADER),
        "action": "BUY",
        "outcome": "NO",
        "amount": "5000000",
        "shares": {"yes": "0", "no": "9401021"},
        "fee": "100000",
        "price": "531857",
        "probabilityBefore": 0.48,
        "probabilityAfter": 0.47756,
        "position": {"yes": "0", "no": "9401021"},
        "idempotencyKey": "first",
    }


async def test_sets_of_shares(api: Client, markets: list[MarketId]) -> None:
    market = {"marketId": str(markets[0])}
    minted = await api.trade({**market, "action": "MINT", "amount": 30 * POINT})
    merged = await api.trade({**market, "action": "MERGE", "amount": str(10 * POINT)})
    await api.trade({**market, "action": "BUY", "outcome": "YES", "amount": 5 * POINT})
    closed = await api.trade({**market, "action": "NET_SELL", "minProceeds": 24 * POINT})
    assert minted.data["position"] == minted.data["shares"] == {"yes": "30000000", "no": "30000000"}
    assert merged.data["shares"] == {"yes": "10000000", "no": "10000000"}
    assert (merged.data["amount"], merged.data["fee"], merged.data["price"]) == ("10000000", "0", None)
    assert closed.data["position"] == {"yes": "0", "no": "0"}
    assert 24 * POINT < int(closed.data["amount"]) < 25 * POINT


async def test_amounts_are_integers_or_their_digits(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES"}
    for amount in (10**6, "1000000", "0001000000"):
        assert (await api.trade({**order, "amount": amount})).data["amount"] == "1000000"
    assert (await exchange.queries().portfolio(TRADER)).balance == 997 * POINT


async def test_another_user_trades_for_himself(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    user = await exchange.sign_up()("somebody")
    await exchange.grant_points()(user.id, 10 * POINT, GrantReason.ADMIN_GRANT, "gift")
    order = {"marketId": str(markets[0]), "action": "MINT", "amount": POINT}
    assert (await api.trade({**order, "userId": str(user.id)})).refused == (422, "FIELD_UNKNOWN")
    assert (await api.calling(bearer(user.id)).trade(order)).data["userId"] == str(user.id)
    assert (await exchange.queries().portfolio(user.id)).balance == 9 * POINT
    assert (await exchange.queries().portfolio(TRADER)).balance == 1_000 * POINT


async def test_bounds_are_kept(api: Client, markets: list[MarketId]) -> None:
    market = {"marketId": str(markets[0]), "outcome": "YES"}
    await api.trade({**market, "action": "BUY", "amount": 50 * POINT})
    for order, bound, within, beyond in (
        ({"action": "BUY", "amount": 5 * POINT}, "minShares", 5 * POINT, 50 * POINT),
        ({"action": "BUY", "shares": 5 * POINT}, "maxCost", 5 * POINT, POINT),
        ({"action": "SELL", "shares": 5 * POINT}, "minProceeds", POINT, 5 * POINT),
        ({"action": "SELL", "amount": POINT}, "maxShares", 5 * POINT, POINT),
    ):
        assert (await api.trade({**market, **order, bound: beyond})).refused == (409, "SLIPPAGE")
        assert (await api.trade({**market, **order, bound: str(within)})).status == 201


async def test_a_repeat_is_answered_and_not_executed(api: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": "5000000"}
    first, again = await api.trade(order, key="once"), await api.trade({**order, "amount": 5_000_000}, key="once")
    assert (first.status, first.data) == (again.status, again.data)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await api.get(f"/api/v1/markets/{markets[0]}")).data["seq"] == 2


async def test_a_key_stands_for_one_order(api: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": "5000000"}
    await api.trade(order, key="once")
    for change in ({"amount": "5000001"}, {"outcome": "NO"}, {"marketId": str(markets[1])}, {"minShares": 1}):
        assert (await api.trade({**order, **change}, key="once")).refused == (422, "IDEMPOTENCY_CONFLICT")
    assert [(await api.get(f"/api/v1/markets/{market_id}")).data["seq"] for market_id in markets] == [2, 1, 1]


async def test_fifty_at_once_are_one_trade(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": "5000000"}
    replies = await asyncio.gather(*(api.trade(order, key="once") for _ in range(50)))
    filled = [reply for reply in replies if reply.status == 201]
    assert sum("Idempotency-Replayed" not in reply.headers for reply in filled) == 1
    assert {str(reply.data) for reply in filled} == {str(filled[0].data)}
    told_to_wait = [reply for reply in replies if reply.status != 201]
    assert {reply.refused for reply in told_to_wait} == {(409, "IDEMPOTENCY_IN_PROGRESS")}
    assert {reply.headers["Retry-After"] for reply in told_to_wait} == {"1"}
    assert (await api.trade(order, key="once")).data == filled[0].data
    assert len(await exchange.queries().entries(markets[0], 100)) == 2
    assert (await exchange.queries().portfolio(TRADER)).balance == 995 * POINT


async def test_a_key_is_made_and_told(api: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": "5000000"}
    first, second = await api.trade(order), await api.trade(order)
    assert first.headers["Idempotency-Key"] == first.data["idempotencyKey"] != second.data["idempotencyKey"]
    assert UUID(first.data["idempotencyKey"]).version == 7
    repeated = await api.trade(order, key=first.data["idempotencyKey"])
    assert repeated.data == first.data


async def test_a_refusal_is_repeated_as_one(api: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "MERGE", "amount": POINT}
    first, again = await api.trade(order, key="once"), await api.trade(order, key="once")
    assert first.refused == again.refused == (409, "INSUFFICIENT_SHARES")
    assert first.error == again.error
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_nobody_trades_without_saying_who_he_is(api: Client, markets: list[MarketId]) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": "5000000"}
    nobody = api.calling({})
    reply = await nobody.trade(order)
    assert reply.refused == (401, "AUTHENTICATION_NEEDED")
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert (await nobody.quote(markets[0], action="BUY", outcome="YES", amount="1")).status == 200
