"""Closed-loop load over HTTP, from a process of its own: connections that each ask again once they are answered."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import cycle

from aiohttp import ClientSession, TCPConnector

from entrypoints.bench.figures import Figures, figures
from entrypoints.loop import complete

FAILED = 400
"""Statuses from here on end the measurement."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What one connection sends, over and over."""

    headers: Mapping[str, str]
    bodies: Sequence[bytes | None]


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to one address, from one connection or from many at the same time."""

    method: str
    url: str
    connections: Sequence[Connection]


async def run(load: Load, seconds: float, executor: Executor) -> Figures:
    """Requests a second and their latencies. Raises RuntimeError where one is not answered with success."""
    return await asyncio.get_running_loop().run_in_executor(executor, _measure, load, seconds)


def _measure(load: Load, seconds: float) -> Figures:
    return complete(_run(load, seconds))


async def _run(load: Load, seconds: float) -> Figures:
    latencies: list[float] = []
    async with ClientSession(connector=TCPConnector(limit=len(load.connections))) as session:
        started = time.perf_counter()
        until = started + seconds
        await asyncio.gather(*(_ask(session, load, each, until, latencies) for each in load.connections))
        return figures(latencies, time.perf_counter() - started)


async def _ask(
    session: ClientSession, load: Load, connection: Connection, until: float, latencies: list[float]
) -> None:
    for body in cycle(connection.bodies):
        sent = time.perf_counter()
        if sent >= until:
            return
        async with session.request(load.method, load.url, data=body, headers=connection.headers) as response:
            answer = await response.read()
            if response.status >= FAILED:
                raise RuntimeError(f"{load.url} answered {response.status}: {answer[:200]!r}")
        latencies.append(time.perf_counter() - sent)
