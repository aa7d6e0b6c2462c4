"""How the exchange fares, told in time whatever happens behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from adapters.embedded.valkey import EmbeddedValkey
from adapters.http import components
from adapters.http.bounds import HttpBounds
from adapters.http.components import Component, ComponentHealth, Fares
from adapters.http.health import Health
from adapters.http.overall import Overall
from adapters.http.requests import requests_identified
from adapters.http.server import bind, served
from application.jobs.catalogue.system import PING, Ping
from entrypoints.api import serving
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import settings_for
from tests.fakes.world import FakeClock, FakeIds
from tests.http.client import Client
from tests.support import on_database

SECRET = "postgresql://presage:sesame@db.internal"


@dataclass
class Part:
    """Something behind the API, which answers once it may."""

    status: Fares | Exception = Fares.OK
    asked: int = 0
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self) -> Fares:
        self.asked += 1
        await self.free.wait()
        if isinstance(self.status, Exception):
            raise self.status
        return self.status


def answering(status: Fares | Exception = Fares.OK) -> Part:
    part = Part(status)
    part.free.set()
    return part


@asynccontextmanager
async def told_of(**parts: Part) -> AsyncIterator[tuple[Client, Health]]:
    async def ready() -> None:
        raise AssertionError("not to be asked")

    process, bounds = Health(ready, 1), HttpBounds()
    app = web.Application(middlewares=[requests_identified(FakeIds())])
    app.add_routes(Overall(process, {name: part.ask for name, part in parts.items()}, FakeClock()).routes())
    with bind("127.0.0.1", 0) as bound:
        async with served(app, bound, bounds) as url, ClientSession() as session:
            yield Client(url, session), process


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({"database": Fares.OK, "redis": Fares.OFF}, "ok"),
        ({"database": Fares.OK, "redis": ConnectionError()}, "degraded"),
        ({"database": Fares.OK, "queues": Fares.SLOW}, "degraded"),
        ({"database": RuntimeError(), "redis": Fares.OK}, "down"),
    ],
)
async def test_the_whole_is_as_its_parts_are(parts: dict[str, Fares | Exception], status: str) -> None:
    async with told_of(**{name: answering(each) for name, each in parts.items()}) as (api, _):
        told = (await api.get("/health")).data
    assert told["status"] == status
    shown = {name: Fares.AWAY if isinstance(each, Exception) else each for name, each in parts.items()}
    assert {name: each["status"] for name, each in told["components"].items()} == shown
    for each in told["components"].values():
        assert (each["latencyMs"] is None) == (each["status"] in ("away", "off"))


async def test_a_part_that_is_silent_keeps_nobody_waiting() -> None:
    stuck = Part()
    async with told_of(database=stuck, redis=answering()) as (api, _):
        replies = await asyncio.gather(*(api.get("/health") for _ in range(20)))
        assert {reply.data["status"] for reply in replies} == {"degraded"}
        assert replies[0].data["components"]["database"] == {"status": "slow", "latencyMs": None}
        stuck.free.set()
        await asyncio.sleep(0)
        assert (await api.get("/health")).data["status"] == "ok"
    assert stuck.asked == 1


async def test_a_part_that_stays_silent_is_gone() -> None:
    stuck = Component("database", Part().ask)
    found: list[ComponentHealth] = []
    while (told := await stuck()).status is Fares.SLOW:
        found.append(told)
    assert told == ComponentHealth(status=Fares.AWAY)
    assert len(found) > components.CHECK_SECONDS / components.PATIENCE_SECONDS / 4


async def test_what_was_told_is_remembered() -> None:
    part = answering()
    async with told_of(database=part) as (api, _):
        for _ in range(10):
            assert (await api.get("/health")).data["status"] == "ok"
    assert part.asked == 1


async def test_why_a_part_is_gone_only_the_log_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with told_of(database=answering(RuntimeError(SECRET))) as (api, _):
        reply = await api.get("/health")
    assert "sesame" not in str(reply.data)
    assert "database is away (RuntimeError" in caplog.text


async def test_a_process_that_stops() -> None:
    async with told_of(database=answering()) as (api, process):
        process.drain()
        assert (await api.get("/health")).data["status"] == "draining"


async def settled(api: Client) -> dict[str, Any]:
    """What is told once every part has had its time, on however slow a machine."""
    while True:
        reply = await api.get("/health")
        assert reply.status == 200
        told: dict[str, Any] = reply.data
        if all(part["status"] != "slow" or part["latencyMs"] is not None for part in told["components"].values()):
            return told


async def test_the_real_parts(exchange: Container, api: Client) -> None:
    told = await settled(api)
    assert datetime.fromisoformat(told["timestamp"]).utcoffset() == timedelta(0)
    statuses = {name: part["status"] for name, part in told["components"].items()}
    assert statuses == {"database": "ok", "auth": "ok", "redis": "off", "queues": "ok"}


async def test_jobs_that_wait_for_long(settings: Settings, exchange: Container) -> None:
    assert settings.database_url is not None
    await exchange.queue_service().request(PING, Ping())
    await on_database(settings.database_url, "UPDATE job_executions SET due_at = now() - interval '2 minutes'")
    async with told_by(settings) as api:
        told = await settled(api)
    assert (told["status"], told["components"]["queues"]["status"]) == ("degraded", "slow")


async def test_servers_that_are_gone(settings: Settings, valkey: EmbeddedValkey, tmp_path: Path) -> None:
    async with told_by(settings.model_copy(update={"redis_url": valkey.url})) as api:
        assert (await settled(api))["components"]["redis"]["status"] == "ok"
    nowhere = f"unix://{tmp_path}/redis.sock"
    async with told_by(settings.model_copy(update={"redis_url": nowhere})) as api:
        told = await settled(api)
        assert (told["status"], told["components"]["redis"]["status"]) == ("degraded", "away")
    gone = f"postgresql+asyncpg://presage@/presage?host={tmp_path}&port=5432"
    async with told_by(settings_for(gone, tmp_path)) as api:
        told = await settled(api)
        assert told["status"] == "down"
        assert str(tmp_path) not in str(told)


@asynccontextmanager
async def told_by(settings: Settings) -> AsyncIterator[Client]:
    exchange = Container(settings=settings)
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound) as url, ClientSession() as session:
            yield Client(url, session)
    for engine in (exchange.engine(), exchange.trading_engine()):
        await engine.dispose()
