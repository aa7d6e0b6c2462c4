"""The exchange with its demo, served over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from dependency_injector.providers import Object

from adapters.http.server import bind
from domain.shared.ids import MarketId
from entrypoints.api import serving
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import settings_for
from tests.http.accounts import Town, a_town
from tests.http.client import Client
from tests.http.real import Site, a_site
from tests.http.scene import Scene, a_scene
from tests.http.signed import TRADER, Signed, add_trader, bearer
from tests.http.working import open_to_users

CLASSES = ("public", "authenticated", "trading", "uploads", "admin", "login")
UNLIMITED = {f"limit_{name}": "1000000/minute" for name in CLASSES}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for that database, under which nobody asks too often."""
    return settings_for(database_url, tmp_path).model_copy(update=UNLIMITED)


@pytest.fixture
async def markets(exchange: Container) -> list[MarketId]:
    """The demo's markets, open and priced, and somebody to trade on them."""
    found = await exchange.seed().demo()
    await add_trader(exchange)
    return found


@pytest.fixture
async def api(exchange: Container, markets: list[MarketId]) -> AsyncIterator[Client]:
    """A client of the served exchange, who trades as the demo's trader."""
    exchange.authenticate.override(Object(Signed(exchange.engine())))
    open_to_users(exchange)
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound) as url, ClientSession() as session:
            yield Client(url, session, bearer(TRADER))


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """Accounts over HTTP."""
    async with a_town(database_url) as built:
        yield built


@pytest.fixture
async def site(settings: Settings) -> AsyncIterator[Site]:
    """The exchange as it is wired, without the demo's markets."""
    async with a_site(settings) as built:
        yield built


@pytest.fixture
async def scene(site: Site) -> Scene:
    """The same, with people and something to ask for."""
    return await a_scene(site)
