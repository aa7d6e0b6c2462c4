"""Orders that are answered with their job, or with what became of them if that is there in time."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import make_mocked_request
from dependency_injector.providers import Object
from multidict import CIMultiDict

from adapters.http.bounds import HttpBounds
from adapters.http.preferences import Preference, preference_of
from adapters.http.server import bind
from domain.shared.ids import JobId, MarketId
from domain.shared.money import POINT
from entrypoints.api import serving
from entrypoints.container import Container
from tests.http.client import JSON, Client, Reply
from tests.http.signed import TRADER, Signed, bearer
from tests.http.working import JOBS

LATER = "respond-async"
WAITING = "respond-async, wait=10"


@pytest.fixture
async def worker(api: Client, exchange: Container) -> AsyncIterator[None]:
    """A worker in the process of the API, at the same desk."""
    async with exchange.worker(name="a worker"):
        yield


def order(markets: list[MarketId], amount: int = 5 * POINT, **changes: str) -> dict[str, str]:
    return {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": str(amount)} | changes


async def prefer(api: Client, prefer: str, body: object, key: str = "once", path: str = "/api/v1/trades") -> Reply:
    headers = {**JSON, "Prefer": prefer, "Idempotency-Key": key}
    return await api.send("POST", path, json=body, headers=headers)


async def done(exchange: Container, reply: Reply) -> None:
    """Wait for the job of an answer."""
    await exchange.follow().until_ended(JobId(UUID(reply.data["id"])))


async def test_an_order_is_queued(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    reply = await prefer(api, LATER, order(markets))
    assert (reply.status, reply.data["name"], reply.data["state"]) == (202, "trade.execute", "pending")
    assert reply.headers["Location"] == f"{JOBS}/{reply.data['id']}"
    assert reply.headers["Preference-Applied"] == "respond-async"
    assert reply.headers["Idempotency-Key"] == "once"
    assert (await api.get(f"/api/v1/markets/{markets[0]}")).data["seq"] == 1
    async with exchange.worker(name="a worker"):
        await done(exchange, reply)
    (answer,) = (await api.get(reply.headers["Location"])).data["result"]["answers"]
    trade = (await api.get("/api/v1/trades/by-key/once")).data
    told = ("idempotencyKey", "marketId", "seq", "action", "outcome", "amount", "shares", "fee", "price", "executedAt")
    assert answer == {"status": "filled", "replayed": False, **{name: trade[name] for name in told}}
    assert trade["amount"] == "5000000"


@pytest.mark.usefixtures("worker")
async def test_the_very_answer_where_it_is_there_in_time(api: Client, markets: list[MarketId]) -> None:
    waited = await prefer(api, WAITING, order(markets), "waited")
    at_once = await api.trade(order(markets), "at once")
    assert (waited.status, waited.headers["Preference-Applied"]) == (201, "wait=10")
    assert waited.data.keys() == at_once.data.keys()
    assert (waited.data["seq"], at_once.data["seq"]) == (2, 3)
    assert "Idempotency-Replayed" not in waited.headers
    assert "Location" not in waited.headers
    assert waited.data["idempotencyKey"] == "waited"


@pytest.mark.usefixtures("worker")
async def test_a_refusal_too(api: Client, markets: list[MarketId]) -> None:
    merge = {"marketId": str(markets[0]), "action": "MERGE", "amount": str(POINT)}
    first, again = [await prefer(api, WAITING, merge) for _ in range(2)]
    assert first.refused == again.refused == (409, "INSUFFICIENT_SHARES")
    assert first.error == again.error
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_nobody_waits_longer_than_he_likes(api: Client, markets: list[MarketId]) -> None:
    async with asyncio.timeout(5):
        reply = await prefer(api, "respond-async, wait=1", order(markets))
    assert (reply.status, reply.data["state"]) == (202, "pending")
    assert reply.headers["Preference-Applied"] == "respond-async, wait=1"


async def test_a_key_stands_for_one_job(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    first, again = [await prefer(api, LATER, order(markets)) for _ in range(2)]
    assert (first.status, again.status) == (202, 202)
    assert first.data["id"] == again.data["id"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    for changed in (order(markets, amount=1), order(markets, outcome="NO"), order(markets, minShares="1")):
        assert (await prefer(api, LATER, changed)).refused == (422, "IDEMPOTENCY_CONFLICT")
    async with exchange.worker(name="a worker"):
        await done(exchange, first)
        result = await prefer(api, WAITING, order(markets))
    assert (result.status, result.headers["Idempotency-Replayed"]) == (201, "true")
    assert (await prefer(api, LATER, order(markets))).data["state"] == "completed"
    at_once = await api.trade(order(markets), "once")
    assert (at_once.status, at_once.data) == (201, result.data)
    assert (await exchange.queries().portfolio(TRADER)).balance == 995 * POINT


@pytest.mark.usefixtures("worker")
async def test_an_order_that_was_executed_at_once_is_not_again(api: Client, markets: list[MarketId]) -> None:
    at_once = await api.trade(order(markets), "once")
    queued = await prefer(api, WAITING, order(markets))
    assert (queued.status, queued.data) == (201, at_once.data)
    assert queued.headers["Idempotency-Replayed"] == "true"
    assert (await prefer(api, WAITING, order(markets, amount=1))).refused == (422, "IDEMPOTENCY_CONFLICT")


@pytest.mark.usefixtures("worker")
async def test_batches(api: Client, markets: list[MarketId]) -> None:
    sale = {"marketId": str(markets[1]), "action": "SELL", "outcome": "YES", "shares": str(999 * POINT)}
    body = {"orders": [order(markets), sale, order(markets, idempotencyKey="mine")]}
    path = "/api/v1/trades/batch"
    first, again = [await prefer(api, WAITING, body, "batch", path) for _ in range(2)]
    assert [item["status"] for item in first.data["items"]] == [201, 409, 201]
    assert [item["idempotencyKey"] for item in first.data["items"]] == ["batch:0", "batch:1", "mine"]
    assert [item["replayed"] for item in first.data["items"]] == [False] * 3
    assert [item["replayed"] for item in again.data["items"]] == [True] * 3
    assert (first.status, "Idempotency-Replayed" in first.headers, "Idempotency-Replayed" in again.headers) == (
        200,
        False,
        True,
    )
    assert [item["trade"] for item in again.data["items"]] == [item["trade"] for item in first.data["items"]]
    queued = await prefer(api, LATER, body, "another", path)
    assert (queued.status, queued.data["name"]) == (202, "trade.execute")


async def test_taking_an_order_back(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    queued = await prefer(api, LATER, order(markets))
    assert (await api.post(f"{queued.headers['Location']}/cancel", {})).data["state"] == "cancelled"
    async with exchange.worker(name="a worker"):
        waited = await prefer(api, WAITING, order(markets))
    assert (waited.status, waited.data["state"]) == (202, "cancelled")
    assert (await exchange.queries().portfolio(TRADER)).balance == 1_000 * POINT


async def test_nobody_waits_past_the_end_of_the_server(exchange: Container, markets: list[MarketId]) -> None:
    """Otherwise it would be given up when the time of a request is over, with an error."""
    exchange.authenticate.override(Object(Signed(exchange.engine())))
    exchange.settings.override(Object(exchange.settings().model_copy(update={"async_wait": 100.0})))
    async with ClientSession() as session:
        with bind("127.0.0.1", 0) as bound:
            async with serving(exchange, bound, HttpBounds(shutdown_seconds=60)) as url:
                api = Client(url, session, bearer(TRADER))
                waiting = asyncio.create_task(prefer(api, "respond-async, wait=100", order(markets)))
                while not (await api.get(JOBS)).data["items"]:  # noqa: ASYNC110 - another process would see no more
                    await asyncio.sleep(0.01)
        assert (await waiting).status == 202


@pytest.mark.usefixtures("worker")
async def test_many_wait_at_the_same_time(api: Client, exchange: Container, markets: list[MarketId]) -> None:
    replies = await asyncio.gather(*(prefer(api, WAITING, order(markets), f"key {place}") for place in range(60)))
    assert {reply.status for reply in replies} == {201}
    assert sorted(reply.data["seq"] for reply in replies) == list(range(2, 62))


async def test_who_may(api: Client, markets: list[MarketId]) -> None:
    assert (await prefer(api.calling({}), LATER, order(markets))).refused == (401, "AUTHENTICATION_NEEDED")
    assert (await prefer(api, LATER, order(markets, amount=0))).refused == (422, "AMOUNT_OUT_OF_BOUNDS")


@pytest.mark.parametrize(
    ("given", "preference"),
    [
        ((), Preference(False)),
        (("respond-async",), Preference(True)),
        (("Respond-Async; x=y , WAIT = 5",), Preference(True, 5)),
        (("respond-async", 'wait="7"'), Preference(True, 7)),
        (("wait=3, respond-async, wait=9",), Preference(True, 3)),
        (("wait=5",), Preference(False, 5)),
        (("respond-async, wait=-1",), Preference(True)),
        (("respond-async, wait=1.5, =, ,;",), Preference(True)),
        (("respond-asynchronously, return=minimal",), Preference(False)),
    ],
)
def test_preferences(given: tuple[str, ...], preference: Preference) -> None:
    headers = CIMultiDict(("Prefer", each) for each in given)
    assert preference_of(make_mocked_request("POST", "/", headers)) == preference
