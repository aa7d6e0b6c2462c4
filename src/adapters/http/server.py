"""Listening: an address taken early, served, and given up in order."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.http.app import HEALTH
from adapters.http.bounds import HttpBounds
from domain.shared.errors import Conflict, Invalid

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that mean any, and where to reach them from here."""

_OPTIONS = ("--host", "--port")


def bind(host: str, port: int, options: tuple[str, str] = _OPTIONS) -> socket.socket:
    """Take an address, which `options` give; nobody is answered before it is served.

    Raises Conflict where it is taken, and Invalid.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _taken(host, port, options[1]) from error
        raise Invalid(
            "ADDRESS", f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another {' or '.join(options)}."
        ) from error
    return bound


@asynccontextmanager
async def served(app: web.Application, bound: socket.socket, bounds: HttpBounds) -> AsyncIterator[str]:
    """Serve on a bound socket, at the URL given, until leaving; open requests then finish within `shutdown_seconds`.

    Raises Conflict where the address is taken after all.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=bounds.keepalive_seconds,
        shutdown_timeout=bounds.shutdown_seconds,
    )
    await runner.setup()
    try:
        await _start(web.SockSite(runner, bound, backlog=bounds.backlog), bound)
        yield url_of(bound)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def listening(app: web.Application, bound: socket.socket, bounds: HttpBounds) -> AsyncIterator[str]:
    """The same; before the end readiness is denied, and listening goes on for `drain_seconds`."""
    async with served(app, bound, bounds) as url:
        yield url
        app[HEALTH].drain()
        await asyncio.sleep(bounds.drain_seconds)


def url_of(bound: socket.socket) -> str:
    """Where a browser on this machine finds the server."""
    return url_at(*bound.getsockname()[:2])


def url_at(host: str, port: int) -> str:
    """The same, from the address of its settings."""
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _start(site: web.SockSite, bound: socket.socket) -> None:
    try:
        await site.start()
    except OSError as error:
        raise _taken(*bound.getsockname()[:2]) from error


def _taken(host: str, port: int, option: str = _OPTIONS[1]) -> Conflict:
    return Conflict(
        "PORT_TAKEN", f"Port {port} on {host} is taken. Stop the program that uses it, or choose another with {option}."
    )
