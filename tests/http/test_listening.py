"""Taking an address, and giving it up in order."""

import asyncio
from uuid import uuid4

import pytest
from aiohttp import ClientError, ClientSession
from dependency_injector.providers import Object

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind
from domain.shared.errors import Conflict, Forbidden, Invalid
from domain.shared.ids import MarketId
from entrypoints.api import serving
from entrypoints.container import Container
from tests.http.broken import ORDER, Stuck
from tests.http.broken import serving as serving_broken
from tests.http.client import Client
from tests.http.signed import TRADER, Signed, bearer


async def test_while_draining_it_answers_and_is_not_ready(exchange: Container, markets: list[MarketId]) -> None:
    exchange.authenticate.override(Object(Signed(exchange.engine())))
    leave = asyncio.Event()
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def serve() -> None:
        with bind("127.0.0.1", 0) as bound:
            async with serving(exchange, bound, HttpBounds(drain_seconds=60)) as url:
                started.set_result(url)
                await leave.wait()

    server = asyncio.create_task(serve())
    async with ClientSession() as session:
        api = Client(await started, session, bearer(TRADER))
        assert (await api.get("/readyz")).status == 200
        leave.set()
        await asyncio.sleep(0)
        assert (await api.get("/readyz")).refused == (503, "DRAINING")
        order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": "5000000"}
        assert (await api.trade(order)).status == 201
        server.cancel()
        with pytest.raises(asyncio.CancelledError):
            await server
        with pytest.raises(OSError, match="Cannot connect"):
            await api.get("/livez")


async def test_open_requests_are_answered_at_the_end() -> None:
    stuck = Stuck(Forbidden("REACHED", "The exchange was asked."))
    async with ClientSession() as session:
        async with serving_broken(stuck) as api:
            trade = asyncio.create_task(Client(api.url, session, bearer(uuid4())).trade(ORDER))
            await stuck.reached.wait()
            asyncio.get_running_loop().call_later(0.2, stuck.free.set)
        assert (await trade).refused == (403, "REACHED")


async def test_but_not_for_ever() -> None:
    stuck = Stuck()
    async with ClientSession() as session:
        async with serving_broken(stuck, HttpBounds(shutdown_seconds=0.1)) as api:
            trade = asyncio.create_task(Client(api.url, session, bearer(uuid4())).trade(ORDER))
            await stuck.reached.wait()
        with pytest.raises(ClientError):
            await trade


def test_a_taken_port_is_named() -> None:
    with bind("127.0.0.1", 0) as bound:
        bound.listen()
        port = bound.getsockname()[1]
        with pytest.raises(Conflict, match=rf"Port {port} on 127\.0\.0\.1 is taken\. .*--port"):
            bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_ours(host: str) -> None:
    with pytest.raises(Invalid, match=f"Cannot listen on {host}, port 4000"):
        bind(host, 4000)
