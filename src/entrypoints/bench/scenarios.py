"""The scenarios, each measured once a round, side by side on one server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.engine import PoolBounds, create_engine
from adapters.postgres.transactions import PostgresTransactions
from entrypoints.bench import clients, exchange, pgbench
from entrypoints.bench.clients import Plain
from entrypoints.bench.figures import Figures
from entrypoints.container import Container
from entrypoints.settings import Settings

PLAIN_CLIENTS = 32
PLAIN_WAIT = 60.0
"""Seconds: the plain path queues for its connection and its lock, and must not give up while it is measured."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is measured; `floor` is the least ratio to the ceiling that the desk has to reach."""

    name: str
    run: Callable[[float], Awaitable[Figures]]
    floor: float | None = None


CEILING = "(a) pgbench, one transaction per trade, 1 market, 32 clients"
PLAIN = f"(b) plain path, 1 market, {PLAIN_CLIENTS} clients"
PLAIN_ALONE = "(b) plain path, 1 market, 1 client"
DESK_FEW = "(c) desk, 1 market, 32 clients"
DESK_ALONE = "(c) desk, 1 market, 1 client"


@asynccontextmanager
async def scenarios(server: EmbeddedPostgres, container: Container) -> AsyncIterator[list[Scenario]]:
    """Every scenario, on a prepared exchange."""
    async with AsyncExitStack() as stack:
        bounds = PoolBounds(size=PLAIN_CLIENTS, checkout=PLAIN_WAIT, lock=PLAIN_WAIT)
        engine = create_engine(server.url, bounds, by_index=True)
        stack.push_async_callback(engine.dispose)
        plain = Plain(PostgresTransactions(engine), container.clock()).place
        desk = (await stack.enter_async_context(container.desk())).place
        await pgbench.prepare(engine)
        scene = await exchange.prepare(container)

        def load(place: clients.Place, traders: int, markets: int) -> Callable[[float], Awaitable[Figures]]:
            return lambda seconds: clients.run(place, scene.traders[:traders], scene.markets[:markets], seconds)

        yield [
            Scenario(CEILING, lambda seconds: pgbench.run(server, round(seconds))),
            Scenario(PLAIN, load(plain, PLAIN_CLIENTS, 1)),
            Scenario("(c) desk, 1 market, 256 clients", load(desk, 256, 1), floor=15),
            Scenario("(c) desk, 200 markets, 256 clients", load(desk, 256, 200), floor=8),
            Scenario(DESK_FEW, load(desk, 32, 1), floor=5),
            Scenario(PLAIN_ALONE, load(plain, 1, 1)),
            Scenario(DESK_ALONE, load(desk, 1, 1)),
        ]


def settings_on(server: EmbeddedPostgres) -> Settings:
    """The settings of the environment, on the benchmark's own server."""
    return Settings().model_copy(update={"database_url": server.url})
