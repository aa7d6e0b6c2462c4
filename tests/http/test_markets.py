"""Reading markets."""

import re
from uuid import uuid4

from application.shared.pages import MAX_PAGE
from domain.shared.ids import MarketId
from domain.trading.cpmm import Outcome
from entrypoints.container import Container
from tests.http.client import Client

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


async def test_a_market_reads_as_promised(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    reply = await api.get(f"/api/v1/markets/{markets[1]}")
    view = await exchange.queries().market(markets[1])
    assert view.book.pool is not None
    times = reply.data.pop("createdAt"), reply.data.pop("closesAt")
    assert reply.status == 200
    assert reply.data == {
        "id": str(markets[1]),
        "title": "Will it rain on the day of the summer party?",
        "description": "At the venue, 12:00 to 22:00.",
        "category": "community",
        "status": "ACTIVE",
        "outcome": None,
        "settled": False,
        "probability": 0.35,
        "pool": {"yes": str(view.book.pool.yes), "no": str(view.book.pool.no)},
        "collateral": "1000000000",
        "feeBps": 200,
        "lpFeeBps": 5000,
        "seq": 1,
        "cover": None,
    }
    assert all(TIME.fullmatch(time) for time in times)


async def test_a_probability_has_six_places(api: Client, markets: list[MarketId]) -> None:
    await api.trade({"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": 1_234_567})
    reply = await api.get(f"/api/v1/markets/{markets[0]}")
    assert reply.data["probability"] == round(reply.data["probability"], 6) != 0.62


async def test_pages_follow_each_other_to_the_end(api: Client, markets: list[MarketId]) -> None:
    seen, query = [], {"limit": "2"}
    for size in (2, 1):
        page = (await api.get("/api/v1/markets", **query)).data
        assert len(page["items"]) == size
        seen += [item["id"] for item in page["items"]]
        query["cursor"] = page["nextCursor"]
    assert seen == [str(market_id) for market_id in markets]
    assert query["cursor"] is None


async def test_a_full_last_page_is_the_last(api: Client) -> None:
    assert (await api.get("/api/v1/markets", limit="3")).data["nextCursor"] is None


async def test_markets_by_status(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    await exchange.change_market().pause(markets[0])
    await exchange.change_market().resolve(markets[1], Outcome.NO)
    found = {}
    for status in ("DRAFT", "ACTIVE", "PAUSED", "RESOLVED", "CANCELLED"):
        found[status] = [item["id"] for item in (await api.get("/api/v1/markets", status=status)).data["items"]]
    assert found == {
        "DRAFT": [],
        "ACTIVE": [str(markets[2])],
        "PAUSED": [str(markets[0])],
        "RESOLVED": [str(markets[1])],
        "CANCELLED": [],
    }
    assert (await api.get(f"/api/v1/markets/{markets[1]}")).data["outcome"] == "NO"


async def test_what_a_list_refuses(api: Client) -> None:
    refused = {
        query: (await api.send("GET", f"/api/v1/markets?{query}")).refused
        for query in (
            "status=OPEN",
            "status=active",
            "limit=0",
            f"limit={MAX_PAGE + 1}",
            "limit=ten",
            "cursor=x",
            "sort=new",
            "limit=1&limit=2",
        )
    }
    assert refused == {
        "status=OPEN": (422, "STATUS_UNKNOWN"),
        "status=active": (422, "STATUS_UNKNOWN"),
        "limit=0": (422, "FIELD_INVALID"),
        f"limit={MAX_PAGE + 1}": (422, "FIELD_INVALID"),
        "limit=ten": (422, "FIELD_INVALID"),
        "cursor=x": (422, "CURSOR"),
        "sort=new": (422, "SORT_UNKNOWN"),
        "limit=1&limit=2": (422, "PARAMETER_REPEATED"),
    }
    assert len((await api.get("/api/v1/markets", limit=str(MAX_PAGE))).data["items"]) == 3


async def test_an_unknown_market(api: Client) -> None:
    for name in (uuid4(), "none", "%00", "%FF"):
        for path in (f"/api/v1/markets/{name}", f"/api/v1/markets/{name}/quote?action=BUY&outcome=YES&amount=1"):
            assert (await api.send("GET", path)).refused == (404, "MARKET_NOT_FOUND")
