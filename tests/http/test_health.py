"""Probes: alive whatever happens, ready only when the exchange can work."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession

from adapters.http.bounds import HttpBounds
from adapters.http.health import Shared
from adapters.http.server import bind
from adapters.postgres.migrate import downgrade, upgrade
from domain.shared.errors import Unavailable
from entrypoints.api import serving
from entrypoints.container import Container
from tests.conftest import settings_for
from tests.http.broken import Stuck
from tests.http.broken import serving as serving_broken
from tests.http.client import Client


async def test_a_healthy_exchange(api: Client) -> None:
    alive, ready = await api.get("/livez"), await api.get("/readyz")
    assert (alive.status, alive.data) == (200, {"status": "alive"})
    assert (ready.status, ready.data) == (200, {"status": "ready"})


async def test_another_schema(exchange: Container, api: Client) -> None:
    await downgrade(exchange.engine())
    try:
        reply = await api.get("/readyz")
        assert reply.refused == (503, "SCHEMA")
        assert "presage migrate" in reply.error["message"]
        assert (await api.get("/livez")).status == 200
    finally:
        await upgrade(exchange.engine())
    assert (await api.get("/readyz")).status == 200


async def test_a_database_that_is_gone(tmp_path: Path) -> None:
    gone = f"postgresql+asyncpg://presage@/presage?host={tmp_path}&port=5432"
    with bind("127.0.0.1", 0) as bound:
        async with serving(Container(settings=settings_for(gone, tmp_path)), bound) as url, ClientSession() as session:
            api = Client(url, session)
            reply = await api.get("/readyz")
            assert reply.refused == (503, "STORE_BUSY")
            assert str(tmp_path) not in str(reply.error)
            assert (await api.get("/livez")).status == 200


async def test_a_database_that_does_not_answer() -> None:
    async with serving_broken(Stuck(), HttpBounds(ready_seconds=0.1)) as api:
        assert (await api.get("/readyz")).refused == (503, "NOT_READY")


async def test_many_probes_at_once_cost_one_check() -> None:
    checks: list[int] = []

    async def ready() -> None:
        checks.append(len(checks))
        await asyncio.sleep(0)
        if len(checks) > 1:
            raise Unavailable("SCHEMA", "Migrate.")

    shared = Shared(ready, seconds=10)
    assert await asyncio.gather(*(shared() for _ in range(100))) == [None] * 100
    assert checks == [0]
    refused = await asyncio.gather(*(shared() for _ in range(100)), return_exceptions=True)
    assert [getattr(each, "code", None) for each in refused] == ["SCHEMA"] * 100
    assert checks == [0, 1]


async def test_a_probe_that_is_given_up_leaves_the_others_theirs() -> None:
    shared = Shared(Stuck().ready, seconds=0.1)
    one, other = asyncio.create_task(shared()), asyncio.create_task(shared())
    await asyncio.sleep(0)
    one.cancel()
    with pytest.raises(Unavailable):
        await other
    assert one.cancelled()
