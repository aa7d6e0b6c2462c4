"""Probes: alive whatever happens, ready only when the exchange can work."""

from pathlib import Path

from aiohttp import ClientSession

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind
from adapters.postgres.migrate import downgrade, upgrade
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
