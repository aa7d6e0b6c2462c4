"""A trading desk to be killed: the real container behind a socket, one line each way."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from application.trading.desk import Desk
from domain.shared.errors import PresageError, Unavailable
from domain.trading.orders import Order
from entrypoints.container import Container
from entrypoints.runtime import container
from entrypoints.settings import Settings
from tests.faults.plants import UnorderedTransactions
from tests.faults.wire import Answer, Broken, NotNow, Receipt, Refusal, dump_answer, load_order, receipt

ORPHAN_S = 1.0
"""How soon it notices that its parent is gone."""


@dataclass(frozen=True, slots=True)
class Options:
    """Where to listen and trade; `drop` is the part of acknowledgements that is thrown away after the commit.

    Planted faults: `unordered` locks users in random order, `unchecked` boots without asking for durability.
    """

    socket: str
    database_url: str
    lanes: int = 1
    drop: float = 0.0
    seed: int = 0
    unordered: bool = False
    unchecked: bool = False


async def serve(options: Options) -> None:
    """Trade until SIGTERM or until the parent process is gone, then answer what is in line."""
    chance = random.Random(options.seed)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await _converse(desk, lambda: chance.random() < options.drop, reader, writer)
        writer.close()

    async with _exchange(options) as exchange, exchange.desk() as desk:
        server = await asyncio.start_unix_server(converse, options.socket)
        await _end()
        server.close()


@asynccontextmanager
async def _exchange(options: Options) -> AsyncIterator[Container]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=options.database_url,
        desk_lanes=options.lanes,
        database_pool_size=options.lanes + 1,
    )
    opened = _undurable(settings) if options.unchecked else container(settings, migrate=False)
    async with opened as built:
        if options.unordered:
            built.transactions.override(UnorderedTransactions(built.engine()))
        yield built


@asynccontextmanager
async def _undurable(settings: Settings) -> AsyncIterator[Container]:
    """A container that did not ask whether the server is durable."""
    built = Container(settings=settings)
    try:
        yield built
    finally:
        await built.engine().dispose()


async def _converse(
    desk: Desk, dropped: Callable[[], bool], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while line := await reader.readline():
        answer = await _answer(desk, load_order(line))
        if isinstance(answer, Receipt) and dropped():
            return
        writer.write(dump_answer(answer))
        await writer.drain()


async def _answer(desk: Desk, order: Order) -> Answer:
    try:
        placed = await desk.place(order)
    except Unavailable as unavailable:
        return NotNow(unavailable.code)
    except PresageError as refusal:
        return Refusal(refusal.code)
    except Exception as error:  # noqa: BLE001 - the harness reports whatever the desk could not name
        return Broken(repr(error))
    return receipt(placed.entry, repeated=placed.repeated)


async def _end() -> None:
    parent, told = os.getppid(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    while not told.is_set() and os.getppid() == parent:
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), ORPHAN_S)
