"""The HTTP API of an exchange, from its container."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.http.app import Exchange, create_app
from adapters.http.bounds import HttpBounds
from adapters.http.server import listening
from adapters.postgres.migrate import is_current
from application.shared.store import StoreError
from domain.shared.errors import Unavailable
from entrypoints.container import Container
from entrypoints.demo import TRADER


@asynccontextmanager
async def serving(exchange: Container, bound: socket.socket, bounds: HttpBounds | None = None) -> AsyncIterator[str]:
    """Serve on a bound socket, at the URL given; leaving answers open requests, then drains the desk."""
    bounds = bounds or HttpBounds()
    engine, settings = exchange.engine(), exchange.settings()
    async with exchange.desk() as desk:
        ports = Exchange(
            exchange.queries(),
            desk.place,
            exchange.clock(),
            exchange.ids(),
            lambda: require_current(engine),
            TRADER if settings.demo else None,
        )
        async with listening(create_app(ports, bounds), bound, bounds) as url:
            yield url


async def require_current(engine: AsyncEngine) -> None:
    """Refuse a database that does not answer or whose schema is of another version. Raises Unavailable."""
    try:
        current = await is_current(engine)
    except StoreError as error:
        raise Unavailable(
            "SCHEMA", "The database refuses to be read; check DATABASE_URL.", reason=str(error)
        ) from error
    if not current:
        raise Unavailable("SCHEMA", "The database is of another version; run `presage migrate`.")
