"""The life of a job by way of the client, whatever becomes of the connection."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind
from domain.shared.ids import MarketId
from entrypoints.api import serving
from entrypoints.container import Container
from presage_client import (
    NEVER,
    NotFoundError,
    PresageAnswerError,
    PresageClient,
    PresageConnectionError,
    RateLimitedError,
    Retries,
)
from presage_client.models.jobs import Job, JobEvent
from tests.http.typed_client.flaky import Fault, Flaky, flaky
from tests.http.working import ECHO, open_to_users

EMAIL, PASSWORD = "ada@example.org", "correct horse battery"
EAGER = Retries(first_pause=0.01, longest_pause=0.01)
BRIEF = HttpBounds(stream_seconds=0.3, heartbeat_seconds=0.1)


@pytest.fixture
async def url(exchange: Container, markets: list[MarketId]) -> AsyncIterator[str]:
    """The address of an exchange that offers users a job, and ends each stream soon."""
    del markets
    open_to_users(exchange)
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound, BRIEF) as served:
            yield served


@pytest.fixture
async def between(url: str) -> AsyncIterator[Flaky]:
    async with flaky(url) as server:
        yield server


async def signed_in(client: PresageClient) -> None:
    await client.auth.register(EMAIL, PASSWORD, "ada")
    await client.auth.login(EMAIL, PASSWORD)


async def ended(client: PresageClient, exchange: Container, seconds: float = 0) -> Job:
    """A job that a worker has ended."""
    job = await client.jobs.ask(ECHO.name, {"echo": "hello", "seconds": seconds})
    async with exchange.worker(name="a worker"):
        return await client.jobs.wait(job.id)


async def heard(client: PresageClient, job: Job, after: int = 0) -> list[JobEvent]:
    return [event async for event in client.jobs.events(job.id, after=after)]


async def test_it_is_told_as_it_happens_and_to_its_end(url: str, exchange: Container) -> None:
    """Through several streams, as each ends before the job does."""
    async with PresageClient(url, retries=EAGER) as client, asyncio.timeout(60):
        await signed_in(client)
        job = await client.jobs.ask(ECHO.name, {"echo": "hello", "seconds": 1})
        events = client.jobs.events(job.id)
        assert (await anext(events)).kind == "enqueued"
        await asyncio.sleep(2 * BRIEF.stream_seconds)
        async with exchange.worker(name="a worker"):
            told = [event async for event in events]
        assert [event.seq for event in told] == list(range(2, len(told) + 2))
        assert (told[0].kind, told[-1].kind, told[-1].ended) == ("active", "completed", True)
        assert {event.kind for event in told[1:-1]} == {"progress"}
        assert (told[1].attempt, told[1].percent, told[1].message) == (1, 0, "Step 1 of 10")
        assert await heard(client, job, after=told[0].seq) == told[1:]
        assert await heard(client, job, after=told[-1].seq) == []


async def test_a_stream_that_breaks_off_is_taken_up(between: Flaky, exchange: Container) -> None:
    async with PresageClient(between.url, retries=EAGER) as client, asyncio.timeout(60):
        await signed_in(client)
        job = await ended(client, exchange, seconds=1)
        whole = await heard(client, job)
        assert len(whole) >= 5
        between.plan = [Fault.LOST, Fault.UNREACHED, Fault.CUT, web.Response(status=503), Fault.CUT, Fault.LOST]
        assert await heard(client, job) == whole
        assert between.plan == []
        between.plan = [web.Response(status=401)]
        assert await heard(client, job) == whole


async def test_it_is_not_tried_for_ever(between: Flaky, exchange: Container) -> None:
    async with PresageClient(between.url, retries=NEVER) as client, asyncio.timeout(60):
        await signed_in(client)
        job = await ended(client, exchange)
        between.plan = [Fault.CUT]
        events = client.jobs.events(job.id)
        assert (await anext(events)).kind == "enqueued"
        with pytest.raises(PresageConnectionError):
            await anext(events)
        between.plan = [web.Response(status=429, headers={"Retry-After": "1"})]
        with pytest.raises(RateLimitedError):
            await heard(client, job)


async def test_what_is_refused_or_no_stream(between: Flaky, exchange: Container) -> None:
    async with PresageClient(between.url, retries=EAGER) as client, asyncio.timeout(60):
        await signed_in(client)
        job = await ended(client, exchange)
        with pytest.raises(NotFoundError) as refused:
            await heard(client, job.model_copy(update={"id": job.requested_by}))
        assert refused.value.code == "JOB_NOT_FOUND"
        for answer in (
            web.Response(text="<html></html>", content_type="text/html"),
            web.Response(text='data: {"seq": "x"}\n\n', content_type="text/event-stream"),
            web.Response(text='{"success": true, "data": {}}', content_type="application/json"),
            web.Response(status=302, headers={"Location": "https://elsewhere.example"}),
        ):
            between.plan = [answer]
            with pytest.raises(PresageAnswerError):
                await heard(client, job)
