"""What a process that serves the API tells Prometheus, and where."""

import logging
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.http.server import bind
from domain.shared.errors import Conflict
from domain.shared.ids import MarketId
from entrypoints.container import Container
from entrypoints.metrics import metrics_told
from entrypoints.settings import Settings
from tests.http.client import Client
from tests.http.real import Site, a_site
from tests.http.scraped import metrics_of

SECONDS = "http_request_duration_seconds_count"


@dataclass(frozen=True, slots=True)
class Scraped:
    """A served exchange, and where its metrics are."""

    site: Site
    url: str

    async def told(self) -> dict[str, float]:
        return await metrics_of(self.url)

    async def requests(self) -> dict[str, float]:
        """How many requests were answered, by their labels."""
        told = await self.told()
        return {name.removeprefix(SECONDS): count for name, count in told.items() if name.startswith(SECONDS)}


@pytest.fixture
async def scraped(settings: Settings, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Scraped]:
    caplog.set_level(logging.INFO, "entrypoints.metrics")
    async with a_site(settings.model_copy(update={"metrics_port": 0})) as site:
        (url,) = re.findall(r"told at (http://127\.0\.0\.1:\d+)/metrics", caplog.text)
        yield Scraped(site, url)


def labels(method: str, route: str, status: str) -> str:
    return f'{{method="{method}",route="{route}",status="{status}"}}'


def bought(market: MarketId, amount: int) -> Mapping[str, Any]:
    return {"marketId": str(market), "action": "BUY", "outcome": "YES", "amount": str(amount)}


async def test_requests_are_counted_by_route_and_never_by_path(scraped: Scraped) -> None:
    client, markets = scraped.site.client, await scraped.site.markets()
    for market in markets:
        assert (await client.get(f"/api/v1/markets/{market}")).status == 200
    for unknown in ("/api/v1/markets/none", "/secret/1", "/secret/2"):
        assert (await client.get(unknown)).status == 404
    assert (await client.send("PURGE", "/api/v1/markets")).status == 405
    unserved = await scraped.site.ask(client, "POST", "/secret/3", headers=[("Expect", "tea")])
    assert unserved.status == 417, "the framework refuses it before it is ours to measure"
    assert await scraped.requests() == {
        labels("GET", "/api/v1/markets/{id}", "2xx"): len(markets),
        labels("GET", "/api/v1/markets/{id}", "4xx"): 1,
        labels("*", "unknown", "4xx"): 3,
    }
    told = await scraped.told()
    assert told['http_refusals_total{code="PATH_UNKNOWN"}'] == 2
    assert told['http_refusals_total{code="MARKET_NOT_FOUND"}'] == 1
    assert told['http_refusals_total{code="INTERNAL"}'] == 0
    assert not [name for name in told if "secret" in name or "PURGE" in name or str(markets[0]) in name]


async def test_trades_are_counted_once_and_refusals_by_code(scraped: Scraped) -> None:
    market, *_ = await scraped.site.markets()
    ada = await scraped.site.person("ada")
    for _ in range(3):
        assert (await ada.client.trade(bought(market, 5_000_000), "the same")).status == 201
    items = [bought(market, 10**12), bought(market, 1_000_000), bought(market, 10**12)]
    assert (await ada.client.post("/api/v1/trades/batch", {"orders": items})).status == 200
    told = await scraped.told()
    assert told['trades_total{action="BUY"}'] == 2
    assert told['trade_refusals_total{code="INSUFFICIENT_POINTS"}'] == 2
    assert told['trade_refusals_total{code="DESK_FULL"}'] == 0
    assert told["desk_group_orders_sum"] == 6
    assert told["desk_group_orders_count"] == told["desk_wait_seconds_count"] == told["desk_group_seconds_count"] == 4


async def test_what_is_in_use_is_told_as_it_is(scraped: Scraped) -> None:
    told = await scraped.told()
    assert told["desk_waiting_orders"] == 0
    assert (told['database_pool_in_use{pool="reading"}'], told['database_pool_size{pool="reading"}']) == (0, 5)
    async with scraped.site.exchange.engine().connect(), scraped.site.exchange.trading_engine().connect():
        told = await scraped.told()
    assert (told['database_pool_in_use{pool="reading"}'], told['database_pool_in_use{pool="trading"}']) == (1, 1)


async def test_the_api_itself_does_not_tell(scraped: Scraped) -> None:
    assert (await scraped.site.client.get("/metrics")).refused == (404, "PATH_UNKNOWN")
    assert (await Client(scraped.url, scraped.site.session).get("/api/v1/markets")).refused == (404, "PATH_UNKNOWN")


async def test_without_a_port_nothing_listens(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert Settings().metrics_port is None
    async with metrics_told(Container(settings=settings)):
        assert "metrics" not in caplog.text


async def test_a_taken_port_says_which_setting_to_change(settings: Settings) -> None:
    with bind("127.0.0.1", 0) as bound:
        bound.listen()
        taken = settings.model_copy(update={"metrics_port": bound.getsockname()[1]})
        with pytest.raises(Conflict, match="choose another with PRESAGE_METRICS_PORT"):
            async with metrics_told(Container(settings=taken)):
                raise AssertionError("not to be reached")
