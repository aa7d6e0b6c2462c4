"""A bare aiohttp handler that only validates a trade: what HTTP itself costs here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.http.app import HEALTH
from adapters.http.bounds import HttpBounds
from adapters.http.health import Health
from adapters.http.models.trades import PlaceTrade
from adapters.http.server import bind, listening

PATH = "/bare"
_ANSWER = b'{"success": true}'


@asynccontextmanager
async def serving_bare() -> AsyncIterator[str]:
    """Serve it on a free port of this machine, at the URL given."""
    app = web.Application()
    app[HEALTH] = Health(_always_ready, 1)
    app.add_routes([web.post(PATH, _validate)])
    bounds = HttpBounds()
    with bind("127.0.0.1", 0) as bound:
        async with listening(app, bound, bounds) as url:
            yield url + PATH


async def _validate(request: web.Request) -> web.Response:
    PlaceTrade.model_validate_json(await request.read())
    return web.Response(body=_ANSWER, content_type="application/json")


async def _always_ready() -> None:
    """There is nothing behind it."""
