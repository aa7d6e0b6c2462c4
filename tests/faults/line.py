"""Connections to several desks, each opened when first needed and dropped on any doubt."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

ANSWER_S = 5.0
"""How long to wait for an answer; the desk may still give it, but not on this connection."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Line:
    """Asks one desk or another, at random: a repeat may well go to another desk than the first try."""

    def __init__(self, sockets: Sequence[str], chance: random.Random) -> None:
        self._sockets = sockets
        self._chance = chance
        self._open: dict[str, Streams] = {}

    async def ask(self, request: bytes) -> bytes | None:
        """The answer to a request; None where none came, whether it was carried out or not."""
        socket, answer = self._chance.choice(self._sockets), b""
        try:
            async with asyncio.timeout(ANSWER_S):
                reader, writer = await self._opened(socket)
                writer.write(request)
                await writer.drain()
                answer = await reader.readline()
        except (OSError, TimeoutError):
            pass
        if answer.endswith(b"\n"):
            return answer
        await self._drop(socket)
        return None

    async def close(self) -> None:
        """Hang up."""
        for socket in list(self._open):
            await self._drop(socket)

    async def _opened(self, socket: str) -> Streams:
        if socket not in self._open:
            self._open[socket] = await asyncio.open_unix_connection(socket)
        return self._open[socket]

    async def _drop(self, socket: str) -> None:
        if socket in self._open:
            _, writer = self._open.pop(socket)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
