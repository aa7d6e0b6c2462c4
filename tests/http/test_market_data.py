"""What happened on a market and who is in it, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.accounts.user import GrantReason
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from entrypoints.container import Container
from tests.behaviour.paging import MOST_PAGES
from tests.http.client import Client
from tests.http.signed import TRADER, bearer
from tests.http.test_markets import TIME

PARTS = ("candles", "trades", "holders", "liquidity")


async def another(exchange: Container, handle: str = "somebody") -> UserId:
    user = await exchange.sign_up()(handle)
    await exchange.grant_points()(user.id, 100 * POINT, GrantReason.ADMIN_GRANT, "gift")
    return user.id


async def buy(api: Client, market_id: MarketId, outcome: str = "YES", points: int = 5) -> Any:
    order = {"marketId": str(market_id), "action": "BUY", "outcome": outcome, "amount": points * POINT}
    return (await api.trade(order)).data


async def paged(api: Client, path: str, **query: str) -> list[Any]:
    """Every item, page by page."""
    items: list[Any] = []
    for _ in range(MOST_PAGES):
        page = (await api.get(path, **query)).data
        assert len(page["items"]) <= int(query["limit"])
        items += page["items"]
        if page["nextCursor"] is None:
            return items
        query["cursor"] = page["nextCursor"]
    raise AssertionError("it goes in circles")


async def test_markets_are_filtered_and_sorted(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    work, community, other = map(str, markets)
    await exchange.change_market().pause(markets[2])
    await buy(api, markets[1])
    expected = {
        "sort=newest": [other, community, work],
        "sort=activity&limit=1": [community],
        "sort=probability": [work, other, community],
        "status=PAUSED": [other],
        "status=ACTIVE,PAUSED&sort=newest": [other, community, work],
        "category=community": [community],
        "text=RELEASE": [work],
        "text=Venue": [community],
        "text=%25": [],
        "closesBefore=2000-01-01T00:00:00Z": [],
        "closesFrom=2000-01-01T00:00:00Z&status=PAUSED": [other],
    }
    found = {}
    for query in expected:
        reply = await api.send("GET", f"/api/v1/markets?{query}")
        found[query] = [item["id"] for item in reply.data["items"]]
    assert found == expected


@pytest.mark.parametrize("sort", ["oldest", "newest", "closing", "activity", "liquidity", "probability"])
async def test_every_sort_is_paged(api: Client, markets: list[MarketId], sort: str) -> None:
    items = await paged(api, "/api/v1/markets", sort=sort, limit="1")
    assert {item["id"] for item in items} == set(map(str, markets))
    assert len(items) == len(markets)


async def test_what_lists_refuse(api: Client, markets: list[MarketId]) -> None:
    market = f"markets/{markets[0]}"
    expected = {
        "markets?status=": "STATUS_UNKNOWN",
        "markets?status=ACTIVE,": "STATUS_UNKNOWN",
        "markets?text=": "FIELD_INVALID",
        f"markets?text={'x' * 101}": "FIELD_INVALID",
        "markets?text=%00": "SEARCH_TEXT",
        "markets?category=%0A": "SEARCH_TEXT",
        "markets?closesFrom=tomorrow": "TIME_MALFORMED",
        "markets?sort=closing&cursor=OTIyMzM3MjAzNjg1NDc3NTgwNy4wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwNw": "CURSOR",
        f"{market}/candles?interval=2m": "INTERVAL_UNKNOWN",
        f"{market}/candles?since=2026-01-01T00:00:00Z&until=2026-01-01T00:00:00Z": "WINDOW",
        f"{market}/candles?until=0001-01-01T00:00:00Z": "WINDOW",
        f"{market}/candles?interval=1m&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z": "WINDOW_TOO_LONG",
        f"{market}/trades?afterSeq=-1": "FIELD_INVALID",
        f"{market}/trades?afterSeq={2**63}": "FIELD_INVALID",
        f"{market}/trades?cursor=Mg": "CURSOR",
        f"{market}/holders?outcome=MAYBE": "OUTCOME_UNKNOWN",
        f"{market}/holders?limit=201": "FIELD_INVALID",
        f"{market}/liquidity?cursor=%00": "CURSOR",
        "leaderboard?cursor=x": "CURSOR",
    }
    found = {}
    for query in expected:
        status, found[query] = (await api.send("GET", f"/api/v1/{query}")).refused
        assert status == 422, query
    assert found == expected


@pytest.mark.parametrize("part", PARTS)
async def test_an_unknown_market_has_nothing_to_read(api: Client, markets: list[MarketId], part: str) -> None:
    for name in (uuid4(), "none"):
        assert (await api.get(f"/api/v1/markets/{name}/{part}")).refused == (404, "MARKET_NOT_FOUND")
    draft = (await api.calling({}).get(f"/api/v1/markets/{markets[0]}/{part}")).data
    assert isinstance(draft["items"], list)


async def test_candles_read_as_promised(api: Client, markets: list[MarketId]) -> None:
    path = f"/api/v1/markets/{markets[0]}/candles"
    assert (await api.get(path)).data["items"] == []
    first, second = await buy(api, markets[0]), await buy(api, markets[0], "NO", 7)
    reply = await api.get(path, interval="1d")
    (candle,) = reply.data["items"]
    assert TIME.fullmatch(candle["start"])
    assert candle["start"].endswith("T00:00:00Z")
    probabilities = [first["probabilityBefore"], first["probabilityAfter"], second["probabilityAfter"]]
    assert candle["open"] == 0.62
    assert candle["high"] == pytest.approx(max(probabilities), abs=1.5e-6)
    assert candle["low"] == pytest.approx(min(probabilities), abs=1.5e-6)
    assert candle["close"] == pytest.approx(probabilities[-1], abs=1.5e-6)
    assert (candle["volume"], candle["trades"]) == ("12000000", 2)
    assert (reply.data["marketId"], reply.data["interval"]) == (str(markets[0]), "1d")
    days = datetime.fromisoformat(reply.data["until"]) - datetime.fromisoformat(reply.data["since"])
    assert days in (timedelta(days=200), timedelta(days=201))


async def test_a_window_of_candles_is_kept(api: Client, markets: list[MarketId]) -> None:
    await buy(api, markets[0])
    path, now = f"/api/v1/markets/{markets[0]}/candles", datetime.now(UTC)
    near = {"since": (now - timedelta(hours=1)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    assert len((await api.get(path, interval="5m", **near)).data["items"]) == 1
    past = {"since": (now - timedelta(days=9)).isoformat(), "until": (now - timedelta(days=8)).isoformat()}
    assert (await api.get(path, interval="5m", **past)).data["items"] == []


async def test_a_markets_trades_are_for_everybody_but_their_keys(
    api: Client, exchange: Container, markets: list[MarketId]
) -> None:
    mine = await buy(api, markets[0])
    other = await another(exchange)
    await buy(api.calling(bearer(other)), markets[0], "NO")
    page = (await api.calling({}).get(f"/api/v1/markets/{markets[0]}/trades")).data
    newest, first, opening = page["items"]
    assert (newest["userId"], newest["handle"]) == (str(other), "somebody")
    del mine["idempotencyKey"]
    assert first == {**mine, "handle": "demo"}
    assert (opening["action"], opening["seq"]) == ("ADD_LIQUIDITY", 1)
    assert "idempotencyKey" not in str(page)


async def test_trades_are_paged_both_ways(api: Client, markets: list[MarketId]) -> None:
    for _ in range(4):
        await buy(api, markets[0])
    path = f"/api/v1/markets/{markets[0]}/trades"
    assert [item["seq"] for item in await paged(api, path, limit="2")] == [5, 4, 3, 2, 1]
    assert [item["seq"] for item in (await api.get(path, limit="2", afterSeq="0")).data["items"]] == [1, 2]
    page = (await api.get(path, limit="2", afterSeq="1")).data
    assert [item["seq"] for item in page["items"]] == [2, 3]
    rest = (await api.get(path, limit="2", cursor=page["nextCursor"])).data
    assert ([item["seq"] for item in rest["items"]], rest["nextCursor"]) == ([4, 5], None)
    both = await api.get(path, afterSeq="1", cursor=page["nextCursor"])
    assert both.refused == (422, "FIELD_UNFIT")
    assert (await api.get(path, afterSeq="5")).data == {"items": [], "nextCursor": None}


async def test_holders_and_providers(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    other = await another(exchange)
    mine = await buy(api, markets[0], "YES", 9)
    await api.trade({"marketId": str(markets[0]), "action": "MINT", "amount": POINT})
    await buy(api.calling(bearer(other)), markets[0], "YES", 3)
    market = f"/api/v1/markets/{markets[0]}"
    holders = (await api.calling({}).get(f"{market}/holders", outcome="YES")).data["items"]
    shares = {"yes": str(int(mine["shares"]["yes"]) + POINT), "no": str(POINT)}
    assert [holder["handle"] for holder in holders][-2:] == ["demo", "somebody"]
    assert {"userId": str(TRADER), "handle": "demo", "shares": shares} in holders
    assert await paged(api, f"{market}/holders", outcome="YES", limit="1") == holders
    provided = (await api.post(f"{market}/liquidity", {"amount": 10 * POINT})).data
    providers = (await api.calling({}).get(f"{market}/liquidity")).data["items"]
    assert [provider["handle"] for provider in providers] == ["treasury", "demo"]
    lp_shares = provided["lpShares"]
    assert providers[1] == {"userId": str(TRADER), "handle": "demo", "lpShares": lp_shares, "claimableFees": "0"}
    assert int(providers[0]["claimableFees"]) > 0
    assert await paged(api, f"{market}/liquidity", limit="1") == providers


async def test_the_leaderboard(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    assert (await api.get("/api/v1/leaderboard")).data == {"items": [], "nextCursor": None}
    other = await another(exchange)
    await buy(api, markets[0], "YES")
    await buy(api.calling(bearer(other)), markets[0], "NO")
    for client in (api, api.calling(bearer(other))):
        await client.trade({"marketId": str(markets[0]), "action": "NET_SELL"})
    ranks = (await api.calling({}).get("/api/v1/leaderboard")).data["items"]
    assert [rank["place"] for rank in ranks] == [1, 2]
    assert {UUID(rank["userId"]) for rank in ranks} == {TRADER, other}
    assert int(ranks[0]["realisedProfit"]) > int(ranks[1]["realisedProfit"])
    assert ranks[0]["markets"] == 1
    assert await paged(api, "/api/v1/leaderboard", limit="1") == ranks
