"""The life of a job as a stream of events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientResponse, ClientSession
from dependency_injector.providers import Object

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind
from domain.jobs.execution import State
from domain.shared.ids import JobId
from entrypoints.api import serving
from entrypoints.container import Container
from tests.http.client import Client
from tests.http.signed import TRADER, Signed, bearer
from tests.http.working import JOBS, a_job, ask

pytestmark = pytest.mark.usefixtures("markets")


@dataclass(frozen=True)
class Event:
    """As a browser understands it."""

    id: int
    name: str
    data: dict[str, Any]


async def events_of(response: ClientResponse) -> AsyncIterator[Event]:
    """The events of a stream, to its end."""
    assert (response.status, response.headers["Content-Type"]) == (200, "text/event-stream")
    told: dict[str, str] = {}
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name in {"id", "event", "data"}:
            told[name] = value
        elif told:
            yield Event(int(told["id"]), told["event"], json.loads(told["data"]))
            told = {}


@asynccontextmanager
async def following(api: Client, job: str, query: str = "", **headers: str) -> AsyncIterator[ClientResponse]:
    async with (
        ClientSession(headers=dict(api.headers) | headers) as session,
        session.get(f"{api.url}{JOBS}/{job}/events{query}") as response,
    ):
        yield response


async def heard(api: Client, job: str, query: str = "", **headers: str) -> list[Event]:
    """All events up to the end of the stream."""
    async with following(api, job, query, **headers) as response:
        return [event async for event in events_of(response)]


@asynccontextmanager
async def served(exchange: Container, bounds: HttpBounds) -> AsyncIterator[Client]:
    """The exchange within other bounds."""
    exchange.authenticate.override(Object(Signed(exchange.engine())))
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound, bounds) as url, ClientSession() as session:
            yield Client(url, session, bearer(TRADER))


async def test_a_life_from_its_beginning_to_its_end(api: Client, exchange: Container) -> None:
    job = (await ask(api, echo="hello", seconds=1)).data["id"]
    listening = asyncio.create_task(heard(api, job))
    async with exchange.worker(name="a worker"):
        events = await listening
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    kinds = [event.name for event in events]
    assert (kinds[:2], kinds[-1]) == (["enqueued", "active"], "completed")
    assert set(kinds[2:-1]) == {"progress"}
    first, progress = events[0].data, events[2].data
    assert set(first) == {"seq", "at", "kind", "attempt", "percent", "message"}
    assert (first["seq"], first["kind"], first["attempt"], first["percent"]) == (1, "enqueued", 0, None)
    assert (progress["attempt"], progress["percent"], progress["message"]) == (1, 0, "Step 1 of 10")


async def test_it_goes_on_where_it_was(api: Client, exchange: Container) -> None:
    job = (await ask(api, echo="hello")).data["id"]
    async with exchange.worker(name="a worker"):
        await exchange.follow().until_ended(JobId(UUID(job)))
    assert [event.name for event in await heard(api, job)] == ["enqueued", "active", "completed"]
    for way in ({"query": "?after=1"}, {"Last-Event-ID": "1"}, {"query": "?after=0", "Last-Event-ID": "1"}):
        assert [event.id for event in await heard(api, job, **way)] == [2, 3]
    async with following(api, job, "?after=3") as response:
        assert (response.status, await response.read()) == (204, b"")
    for after in ("?after=-1", f"?after={2**31}", "?after=x"):
        assert (await api.get(f"{JOBS}/{job}/events{after}")).refused == (422, "FIELD_INVALID")
    refused = await api.send("GET", f"{JOBS}/{job}/events", headers={"Last-Event-ID": "x"})
    assert refused.refused == (422, "EVENT_ID")


async def test_a_job_that_is_tried_again_goes_on(api: Client, exchange: Container) -> None:
    job = (await ask(api, echo="hello")).data["id"]
    await api.post(f"{JOBS}/{job}/cancel", {})
    assert [event.name for event in await heard(api, job)] == ["enqueued", "cancelled"]
    job = await a_job(exchange, TRADER, State.FAILED)
    await api.post(f"{JOBS}/{job}/retry", {})
    async with following(api, job) as response:
        stream = events_of(response)
        assert [(await anext(stream)).name for _ in range(2)] == ["enqueued", "requeued"]
        await api.post(f"{JOBS}/{job}/cancel", {})
        assert [event.name async for event in stream] == ["cancelled"]


async def test_signs_of_life_and_an_end(exchange: Container) -> None:
    job = await a_job(exchange, TRADER)
    bounds = HttpBounds(stream_seconds=0.5, heartbeat_seconds=0.1, request_seconds=0.3)
    async with served(exchange, bounds) as api, following(api, job) as response:
        text = (await response.read()).decode()
    assert text.startswith("id: 1\nevent: enqueued\n")
    assert 2 <= text.count("\n:\n\n") + text.count("\n\n:\n") <= 8


async def test_so_many_at_once(exchange: Container) -> None:
    job = await a_job(exchange, TRADER)
    async with served(exchange, HttpBounds(streams_per_user=1)) as api:
        async with following(api, job) as open_one:
            await anext(events_of(open_one))
            assert (await api.get(f"{JOBS}/{job}/events")).refused == (429, "STREAMS_MAX")
            await api.post(f"{JOBS}/{job}/cancel", {})
            assert [event.name async for event in events_of(open_one)] == ["cancelled"]
        assert len(await heard(api, job)) == 2


async def test_no_stream_holds_up_the_end_of_the_server(exchange: Container) -> None:
    job = await a_job(exchange, TRADER)
    async with asyncio.timeout(50), AsyncExitStack() as stack:
        async with served(exchange, HttpBounds(shutdown_seconds=60)) as api:
            stream = events_of(await stack.enter_async_context(following(api, job)))
            assert (await anext(stream)).name == "enqueued"
        assert [event async for event in stream] == []


async def test_whoever_leaves_is_forgotten(exchange: Container) -> None:
    job = await a_job(exchange, TRADER)
    async with served(exchange, HttpBounds(streams_per_user=1, heartbeat_seconds=0.05)) as api:
        async with following(api, job) as left:
            await anext(events_of(left))
        for _ in range(100):
            async with following(api, job) as another:
                if another.status == 200:
                    return
            await asyncio.sleep(0.05)
        pytest.fail("the place was not given back")
