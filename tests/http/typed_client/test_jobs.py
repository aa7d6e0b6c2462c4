"""Jobs by way of the client."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.http.server import bind
from domain.shared.ids import MarketId
from entrypoints.api import serving
from entrypoints.container import Container
from presage_client import ConflictError, ForbiddenError, Mint, PresageClient, points
from presage_client.models.markets import Market
from tests.http.working import ECHO, open_to_users

EMAIL, PASSWORD = "ada@example.org", "correct horse battery"


@pytest.fixture
async def url(exchange: Container, markets: list[MarketId]) -> AsyncIterator[str]:
    """The address of an exchange that offers users a job."""
    del markets
    open_to_users(exchange)
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound) as served:
            yield served


async def test_a_job_from_its_beginning_to_its_end(url: str, exchange: Container) -> None:
    async with PresageClient(url) as client, exchange.worker(name="a worker"), asyncio.timeout(30):
        await signed_in(client)
        job = await client.jobs.ask(ECHO.name, {"echo": "hello"}, idempotency_key="once")
        again = await client.jobs.ask(ECHO.name, {"echo": "hello"}, idempotency_key="once")
        done = await client.jobs.wait(job.id)
        assert (again.id, done.state, done.ended) == (job.id, "completed", True)
        assert done.result is not None
        assert done.result["echo"] == "hello"
        assert [each.id async for each in client.jobs.all(name=ECHO.name)] == [job.id]
        assert (await client.jobs.page(state="failed")).total == 0
        with pytest.raises(ConflictError):
            await client.jobs.retry(job.id)
        with pytest.raises(ForbiddenError):
            await client.admin.jobs.queues()


async def test_an_order_for_later(url: str, exchange: Container, markets: list[MarketId]) -> None:
    async with PresageClient(url) as client, asyncio.timeout(30):
        await signed_in(client)
        market: Market = await client.markets.one(markets[0])
        order = Mint(market_id=market.id, amount=points(2), idempotency_key="later")
        job = await client.trades.place_later(order)
        batch = await client.trades.batch_later([order.model_copy(update={"idempotency_key": None})] * 2)
        assert (job.name, job.state, batch.ended) == ("trade.execute", "pending", False)
        async with exchange.worker(name="a worker"):
            done, both = await client.jobs.wait(job.id), await client.jobs.wait(batch.id)
        assert [len((each.result or {})["answers"]) for each in (done, both)] == [1, 2]
        assert (await client.trades.place(order)).seq == (done.result or {})["answers"][0]["seq"]


async def signed_in(client: PresageClient) -> None:
    await client.auth.register(EMAIL, PASSWORD, "ada")
    await client.auth.login(EMAIL, PASSWORD)
