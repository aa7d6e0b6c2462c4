"""What is measured over HTTP: a bare handler, trades, quotes and batches, and health while trades go on."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

from pydantic import SecretStr

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.http.models.batches import MAX_ORDERS
from adapters.http.server import bind
from application.trading.desk import Desk
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy
from entrypoints.api import serving
from entrypoints.bench import clients
from entrypoints.bench.clients import ROUND
from entrypoints.bench.exchange import Scene
from entrypoints.bench.figures import Figures
from entrypoints.bench.http import load
from entrypoints.bench.http.bare import serving_bare
from entrypoints.bench.http.load import Connection, Load
from entrypoints.container import Container
from entrypoints.settings import Settings

CONNECTIONS = 64
HEALTH_PROCESSES = 2
"""One that trades and one that asks for health."""

BARE = "bare aiohttp handler that validates a trade"
TRADES = "single trades, signed in, limits on Redis"
QUOTES = "quotes, limits on Redis"
IN_PROCESS = f"desk in process, {MAX_ORDERS} orders at a time"
BATCHES = f"batches of {MAX_ORDERS} over HTTP"
HEALTH = "GET /readyz while trades go on"

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class HttpScenario:
    """What is measured; `each` is how many orders a request carries.

    `of` is the scenario of whose orders a second it must reach `floor`.
    """

    name: str
    run: Callable[[float], Awaitable[Figures]]
    of: str = ""
    floor: float = 0.0
    each: int = 1


@asynccontextmanager
async def http_scenarios(exchange: Container, scene: Scene) -> AsyncIterator[list[HttpScenario]]:
    """Every scenario, on a served exchange."""
    async with AsyncExitStack() as stack:
        executor = stack.enter_context(ProcessPoolExecutor(HEALTH_PROCESSES, get_context("spawn")))
        bare = await stack.enter_async_context(serving_bare())
        desk = await stack.enter_async_context(Desk(exchange.transactions(), exchange.clock()))
        url = await stack.enter_async_context(serving(exchange, stack.enter_context(bind("127.0.0.1", 0))))
        market = scene.markets[0]
        traders = [_signed_in(exchange, trader) for trader in scene.traders[:CONNECTIONS]]
        trades = Load("POST", f"{url}/api/v1/trades", [Connection(headers, _trades(market)) for headers in traders])
        quote = f"{url}/api/v1/markets/{market}/quote?action=BUY&outcome=YES&amount=1000000"

        def measured(what: Load) -> Callable[[float], Awaitable[Figures]]:
            return lambda seconds: load.run(what, seconds, executor)

        yield [
            HttpScenario(BARE, measured(replace(trades, url=bare))),
            HttpScenario(TRADES, measured(trades), BARE, 0.25),
            HttpScenario(QUOTES, measured(Load("GET", quote, [Connection({}, [None])] * CONNECTIONS)), BARE, 0.4),
            HttpScenario(IN_PROCESS, lambda seconds: _grouped(desk.place, scene, seconds)),
            HttpScenario(
                BATCHES,
                measured(Load("POST", f"{url}/api/v1/trades/batch", [Connection(traders[0], [_batch(market)])])),
                IN_PROCESS,
                0.6,
                MAX_ORDERS,
            ),
            HttpScenario(HEALTH, lambda seconds: _health(url, trades, seconds, executor)),
        ]


async def _grouped(place: clients.Place, scene: Scene, seconds: float) -> Figures:
    """The desk with as many orders waiting as a batch has."""
    return await clients.run(place, [*scene.traders, *scene.traders][:MAX_ORDERS], scene.markets[:1], seconds)


async def _health(url: str, trades: Load, seconds: float, executor: Executor) -> Figures:
    """Latencies of one caller who asks for health, beside trades at full load."""
    asking = Load("GET", f"{url}/readyz", [Connection({}, [None])])
    figures, _ = await asyncio.gather(load.run(asking, seconds, executor), load.run(trades, seconds, executor))
    return figures


def _signed_in(exchange: Container, trader: UserId) -> dict[str, str]:
    token = exchange.local_tokens().issue(trader, exchange.clock().now())
    return {**_JSON, "Authorization": f"Bearer {token.text}"}


def _trades(market: MarketId) -> Sequence[bytes]:
    return [json.dumps(_order(market, instruction)).encode() for instruction in ROUND]


def _batch(market: MarketId) -> bytes:
    return json.dumps({"orders": [_order(market, ROUND[number % len(ROUND)]) for number in range(MAX_ORDERS)]}).encode()


def _order(market: MarketId, instruction: Any) -> dict[str, str]:
    bought = isinstance(instruction, Buy)
    order = {"marketId": str(market), "action": "BUY" if bought else "SELL", "outcome": Outcome(instruction.outcome)}
    return order | ({"amount": str(instruction.amount)} if bought else {"shares": str(instruction.shares)})


def http_settings_on(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> Settings:
    """The settings of the environment, on the benchmark's own servers, with limits that count and never refuse."""
    often = {f"limit_{name}": "1000000/minute" for name in ("public", "trading")}
    secret = SecretStr("nobody signs in here after the benchmark")
    servers = {"database_url": postgres.url, "redis_url": valkey.url}
    return Settings().model_copy(update={**servers, **often, "secret_key": secret, "identity": "local"})
