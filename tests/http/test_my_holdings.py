"""What a user reads of his own, and nobody else."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientPayloadError, ClientSession

from adapters.http.app import Frame, create_app
from adapters.http.bounds import HttpBounds
from adapters.http.exports import Exports
from application.shared.pages import MAX_PAGE, Page
from domain.accounts.user import GrantReason, PointGrant
from domain.shared.errors import Unavailable
from domain.shared.ids import GrantId, MarketId, UserId
from domain.shared.money import POINT
from domain.trading.listing import Listing
from entrypoints.container import Container
from tests.fakes.world import START
from tests.http.broken import Broken, somebody
from tests.http.client import Client, served
from tests.http.signed import TRADER, bearer
from tests.http.test_market_data import another, buy, paged
from tests.http.unlimited import Unlimited

MINE = ("portfolio", "trades", "liquidity", "grants")
FILES = ("trades", "grants", "positions")


async def file_of(client: Client, name: str) -> tuple[Any, list[dict[str, str]]]:
    """The headers and rows of an export."""
    async with ClientSession() as session:
        url = f"{client.url}/api/v1/me/export/{name}.csv"
        async with session.get(url, headers=client.headers) as response:
            assert response.status == 200
            text = await response.text()
            return response.headers, list(csv.DictReader(io.StringIO(text, newline="")))


async def test_a_portfolio_reads_as_promised(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    bought = await buy(api, markets[0], "YES", 50)
    await api.post(f"/api/v1/markets/{markets[1]}/liquidity", {"amount": 20 * POINT})
    reply = await api.get("/api/v1/me/portfolio")
    data = {name: int(value) for name, value in reply.data.items() if isinstance(value, str)}
    assert data["balance"] == 930 * POINT
    assert data["equity"] == data["balance"] + data["worth"] + data["liquidityWorth"] + data["claimableFees"]
    assert data["equity"] == 1_000 * POINT + data["realisedProfit"] + data["unrealisedProfit"]
    assert data["cost"] + data["liquidityCost"] == 70 * POINT
    first, second = reply.data["items"]
    assert first["market"]["id"] == str(markets[0])
    assert first["market"]["probability"] == bought["probabilityAfter"]
    assert (first["shares"], first["cost"]) == (bought["shares"], {"yes": str(50 * POINT), "no": "0"})
    assert int(first["unrealisedProfit"]) == int(first["worth"]) - 50 * POINT
    assert first["liquidity"] == {"lpShares": "0", "worth": "0", "cost": "0", "claimableFees": "0"}
    assert second["liquidity"]["lpShares"] == str(20 * POINT)
    closed = await api.trade({"marketId": str(markets[0]), "action": "NET_SELL"})
    assert closed.data["amount"] == first["closeOut"]
    left = (await api.get("/api/v1/me/portfolio")).data
    assert [line["market"]["id"] for line in left["items"]] == [str(markets[1])]
    every = await paged(api, "/api/v1/me/portfolio", held="ever", limit="1")
    assert [line["market"]["id"] for line in every] == [str(markets[0]), str(markets[1])]
    assert every[0]["closeOut"] == "0"
    assert int(every[0]["realisedProfit"]) == int(closed.data["amount"]) - 50 * POINT


async def test_a_paused_market_cannot_be_closed_out(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    await buy(api, markets[0])
    await exchange.change_market().pause(markets[0])
    assert (await api.get("/api/v1/me/portfolio")).data["items"][0]["closeOut"] is None


async def test_my_trades_and_the_one_of_a_key(api: Client, markets: list[MarketId]) -> None:
    made = [await buy(api, market_id) for market_id in markets * 2]
    assert await paged(api, "/api/v1/me/trades", limit="4") == made[::-1]
    for trade in made[:2]:
        assert (await api.get(f"/api/v1/trades/by-key/{trade['idempotencyKey']}")).data == trade
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": POINT}
    odd = await api.trade(order, key="a/b c?#%&=")
    assert (await api.send("GET", "/api/v1/trades/by-key/a%2Fb%20c%3F%23%25%26%3D")).data == odd.data


async def test_keys_without_a_trade(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    trade = await buy(api, markets[0])
    other = api.calling(bearer(await another(exchange)))
    missing = (404, "TRADE_NOT_FOUND")
    assert (await other.get(f"/api/v1/trades/by-key/{trade['idempotencyKey']}")).refused == missing
    for key in ("batch", "%00", "%FF", "x" * 256, "%EE%80%80"):
        assert (await api.send("GET", f"/api/v1/trades/by-key/{key}")).refused == missing
    await api.trade({"marketId": str(markets[0]), "action": "MERGE", "amount": POINT}, key="refused")
    reply = await api.get("/api/v1/trades/by-key/refused")
    assert reply.refused == (404, "TRADE_REFUSED")
    assert reply.error["details"] == {"refusal": "INSUFFICIENT_SHARES"}


async def test_my_liquidity_and_grants(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    for market_id in markets[1:]:
        await api.post(f"/api/v1/markets/{market_id}/liquidity", {"amount": 20 * POINT})
    provided = await paged(api, "/api/v1/me/liquidity", limit="1")
    assert [each["market"]["id"] for each in provided] == list(map(str, markets[1:]))
    assert {each["liquidity"]["lpShares"] for each in provided} == {str(20 * POINT)}
    gift = await exchange.grant_points()(TRADER, 7, GrantReason.ADMIN_GRANT, "gift")
    newest, first = await paged(api, "/api/v1/me/grants", limit="1")
    assert (newest["id"], newest["amount"], newest["reason"]) == (str(gift.id), "7", "ADMIN_GRANT")
    assert newest["reference"] == "gift"
    assert first["amount"] == str(1_000 * POINT)


async def test_mine_is_nobody_elses(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    await buy(api, markets[0])
    other = api.calling(bearer(await another(exchange)))
    assert [(await other.get(f"/api/v1/me/{part}")).data["items"] for part in MINE[:3]] == [[], [], []]
    assert len((await other.get("/api/v1/me/grants")).data["items"]) == 1
    for path in (*MINE, *(f"export/{name}.csv" for name in FILES)):
        assert (await api.calling({}).get(f"/api/v1/me/{path}")).refused == (401, "AUTHENTICATION_NEEDED")
    assert (await api.calling({}).get("/api/v1/trades/by-key/key")).refused == (401, "AUTHENTICATION_NEEDED")


async def test_files_hold_all_that_is_mine(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    bad = await exchange.open_market()(Listing("=1+1", category="@x"), START.replace(year=2100), TRADER)
    await exchange.approve_market()(bad.id, 10 * POINT)
    bought, sold = await buy(api, bad.id), await buy(api, markets[0], "NO")
    await exchange.grant_points()(TRADER, 7, GrantReason.ADMIN_GRANT, "+gift")
    await buy(api.calling(bearer(await another(exchange))), markets[0])
    headers, trades = await file_of(api, "trades")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"] == 'attachment; filename="trades.csv"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-ID"]
    assert [trade["idempotencyKey"] for trade in trades] == [sold["idempotencyKey"], bought["idempotencyKey"]]
    assert [trade["marketId"] for trade in trades] == [str(markets[0]), str(bad.id)]
    assert (trades[1]["paid"], trades[1]["received"], trades[1]["yesChange"]) == (
        str(5 * POINT),
        "0",
        bought["shares"]["yes"],
    )
    _, grants = await file_of(api, "grants")
    assert [(grant["amount"], grant["reference"]) for grant in grants[:1]] == [("7", "'+gift")]
    _, positions = await file_of(api, "positions")
    mine = {position["marketId"]: position for position in positions}
    assert set(mine) == {str(bad.id), str(markets[0])}
    assert (mine[str(bad.id)]["title"], mine[str(bad.id)]["category"]) == ("'=1+1", "'@x")
    assert mine[str(bad.id)]["yes"] == bought["position"]["yes"]


async def test_an_empty_file_has_its_columns(api: Client, markets: list[MarketId]) -> None:
    async with ClientSession() as session:
        url = f"{api.url}/api/v1/me/export/trades.csv"
        async with session.get(url, headers=api.headers) as response:
            text = await response.text()
    assert text.startswith("executedAt,marketId,seq,")
    assert text.count("\r\n") == 1


class Grants:
    """Implements the GrantQueries port: `pages` full ones, then a failure, unless `ends`."""

    def __init__(self, pages: int, *, ends: bool) -> None:
        self.read = 0
        self._pages, self._ends = pages, ends
        self._last: GrantId | None = None

    async def grants(self, user_id: UserId, limit: int, before: GrantId | None = None) -> Page[PointGrant, GrantId]:
        assert limit == MAX_PAGE
        assert before == self._last
        if self.read == self._pages and not self._ends:
            raise Unavailable("STORE_BUSY", "The database is busy; send the same request again shortly.")
        self.read += 1
        self._last = last = GrantId(uuid4())
        grant = PointGrant(last, user_id, 1, GrantReason.REPLAY, "x" * 200, START)
        return Page([grant] * limit, None if self._ends and self.read == self._pages else last)


def exporting(grants: Grants) -> Any:
    exchange: Any = Broken()
    frame = Frame(somebody, Unlimited(), exchange, exchange.ready, {}, exchange)
    return served(create_app(Exports(exchange, grants).endpoints(), frame, HttpBounds()))


async def test_a_long_file_comes_page_by_page_and_whole() -> None:
    grants = Grants(30, ends=True)
    async with exporting(grants) as client:
        _, rows = await file_of(client.calling(bearer(uuid4())), "grants")
    assert (len(rows), grants.read) == (30 * MAX_PAGE, 30)


async def test_a_file_that_fails_at_once_is_refused() -> None:
    async with exporting(Grants(0, ends=False)) as client:
        reply = await client.calling(bearer(uuid4())).get("/api/v1/me/export/grants.csv")
    assert reply.refused == (503, "STORE_BUSY")


async def test_a_file_that_fails_halfway_breaks_off() -> None:
    async with exporting(Grants(3, ends=False)) as client:
        with pytest.raises(ClientPayloadError):
            await file_of(client.calling(bearer(uuid4())), "grants")
