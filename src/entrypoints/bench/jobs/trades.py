"""Trades by way of the queue, against the desk in process."""

from itertools import cycle
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


async def drained_rate(exchange: Container, scene: Scene, bench: JobBench) -> float:
    """Trades a second of orders that wait, each a job of its own, on one market."""
    queue, trace, market = exchange.queue_service(), uuid4().hex, scene.markets[1]
    asked = Asked(due_at=exchange.clock().now() + 2 * LEAD, trace=trace)
    traders, session = cycle(scene.traders), uuid4().hex[:8]
    for first in range(0, TRADES, CHUNK):
        numbered = zip(range(first, first + CHUNK), traders, strict=False)
        orders = [Order(trader, market, f"{session}-{n}", ROUND[n // TRADERS % len(ROUND)]) for n, trader in numbered]
        async with exchange.transactions()() as transaction:
            payloads = [PlaceOrders.of(order.user_id, [order]) for order in orders]
            await queue.add_many(transaction.jobs, EXECUTE_TRADES, payloads, asked)
            await transaction.commit()
    return TRADES / await bench.drained(trace)
