"""What gets killed, from outside, with SIGKILL: desks and PostgreSQL; and how each comes back."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Protocol

from adapters.embedded.postgres import EmbeddedPostgres
from tests.faults.connections import LOST, connect
from tests.faults.nursery import Nursery
from tests.faults.server import Options
from tests.faults.waiting import until
from tests.faults.world import World

START_S = 60.0
STOP_S = 20.0
CHANCE_OF_BACKEND = 0.3

_BUSIEST = """
    SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = 'presage'
    ORDER BY state <> 'active', xact_start NULLS LAST LIMIT 1
"""


class Failed(Exception):
    """A server did not come back."""


class Victim(Protocol):
    """A server that can be killed and started again."""

    async def kill(self) -> str:
        """End it with SIGKILL; what it was."""
        ...

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises Failed."""
        ...


class DeskProcess:
    """A trading desk in a process of its own."""

    def __init__(self, nursery: Nursery, options: Options) -> None:
        self.options = options
        self._nursery = nursery
        self._pid: int | None = None

    async def start(self) -> None:
        """Start it and wait until it listens; one that gives up because PostgreSQL is away is started again."""
        if not await until(self._is_ready, START_S):
            raise Failed(f"the desk did not start: {self._nursery.log.read_text()[-2000:]}")

    async def kill(self) -> str:
        """End it with SIGKILL."""
        self._signal(signal.SIGKILL)
        if not await until(self._is_gone, STOP_S):
            raise Failed("the desk outlived SIGKILL")
        return "desk"

    async def stop(self) -> None:
        """Let it answer what is in line and end; kill it if it does not."""
        if await self._is_gone():
            return
        self._signal(signal.SIGTERM)
        if not await until(self._is_gone, STOP_S):
            await self.kill()
            raise Failed("the desk did not stop")

    async def _is_ready(self) -> bool:
        if await self._is_gone():
            self._pid = await self._nursery.start(self.options)
        try:
            _, writer = await asyncio.open_unix_connection(self.options.socket)
        except OSError:
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True

    async def _is_gone(self) -> bool:
        try:
            self._signal(0)
        except ProcessLookupError:
            return True
        return False

    def _signal(self, number: int) -> None:
        if self._pid is None:
            raise ProcessLookupError
        os.kill(self._pid, number)


@asynccontextmanager
async def desks(nursery: Nursery, world: World, *options: dict[str, object]) -> AsyncIterator[list[DeskProcess]]:
    """A running desk for each set of options, none of which is left at the end."""
    async with AsyncExitStack() as stack:
        started = []
        for number, chosen in enumerate(options):
            socket = nursery.log.with_name(f"{world.database[-8:]}.{number}")
            base = {"socket": str(socket), "database_url": world.url}
            desk = DeskProcess(nursery, Options(**base | chosen))  # type: ignore[arg-type]
            stack.push_async_callback(desk.stop)
            await desk.start()
            started.append(desk)
        yield started


class Postgres:
    """PostgreSQL, by its first process, whose children end when they notice, or by one that serves a desk, at which
    the first process ends the others and recovers."""

    def __init__(self, postgres: EmbeddedPostgres, database: str, chance: random.Random) -> None:
        self._postgres = postgres
        self._database = database
        self._chance = chance

    async def kill(self) -> str:
        """End one of its processes with SIGKILL."""
        if self._chance.random() < CHANCE_OF_BACKEND and await self._kill_backend():
            return "backend"
        os.kill(self._postgres.pid, signal.SIGKILL)
        return "PostgreSQL"

    async def start(self) -> None:
        """Start it once nothing of it is left, or wait until it has recovered by itself."""
        await asyncio.to_thread(self._postgres.start)

    async def _kill_backend(self) -> bool:
        """End a process that serves a desk, one at work if there is any; False where no desk is connected."""
        connection = await connect(self._postgres, self._postgres.database)
        try:
            found = await connection.fetchval(_BUSIEST, self._database)
            if found is None:
                return False
            os.kill(found, signal.SIGKILL)
            with suppress(*LOST):
                await connection.fetchval("SELECT pg_sleep($1)", START_S)  # until the server cuts us off
        finally:
            connection.terminate()
        return True
