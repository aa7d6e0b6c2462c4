"""Trades by way of the queue, against the desk in process."""

from uuid import uuid4

from application.jobs.catalogue.trading import EXECUTE_TRADES, PlaceOrders
from application.jobs.queue_service import Asked
from application.trading.desk import Desk
from domain.trading.orders import Order
from entrypoints.bench import clients
from entrypoints.bench.clients import ROUND
from entrypoints.bench.exchange import TRADERS, Scene
from entrypoints.bench.jobs.scenarios import CHUNK, LEAD, JobBench
from entrypoints.container import Container

SECONDS = 5.0
TRADES = 10_000


async def desk_rate(exchange: Container, scene: Scene) -> float:
    """Trades a second of the desk in this process, on one market, with every trader."""
    async with Desk(exchange.transactions(), exchange.clock()) as desk:
        return (await clients.run(desk.place, scene.traders, scene.markets[:1], SECONDS)).rate


async def drained_rate(exchange: Container, scene: Scene, bench: JobBench, together: int = 1) -> float:
    """Trades a second of orders that wait on one market, so many together in each job."""
    queue, trace, numbers = exchange.queue_service(), uuid4().hex, range(TRADES // together)
    asked = Asked(due_at=exchange.clock().now() + 2 * LEAD, trace=trace)
    for first in numbers[::CHUNK]:
        payloads = [_waiting(scene, trace, number, together) for number in numbers[first : first + CHUNK]]
        async with exchange.transactions()() as transaction:
            await queue.add_many(transaction.jobs, EXECUTE_TRADES, payloads, asked)
            await transaction.commit()
    return TRADES / await bench.drained(trace)


def _waiting(scene: Scene, session: str, number: int, together: int) -> PlaceOrders:
    """The next orders of one trader after the other."""
    trader, market, done = scene.traders[number % TRADERS], scene.markets[1], number // TRADERS * together
    instructions = [ROUND[(done + each) % len(ROUND)] for each in range(together)]
    keys = (f"{session}-{number}-{each}" for each in range(together))
    return PlaceOrders.of(trader, [Order(trader, market, *of) for of in zip(keys, instructions, strict=True)])
