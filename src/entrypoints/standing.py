"""What the API asks the parts behind it, to tell how they fare."""

from collections.abc import Mapping
from datetime import timedelta

from adapters.http.components import Ask, Fares, off
from adapters.http.overall import DATABASE
from adapters.postgres.session import fetch_alone
from domain.jobs.execution import Queue
from entrypoints.container import Container

BEHIND = timedelta(minutes=1)
"""For so long a job may be due before its queue counts as slow."""


def parts(exchange: Container) -> Mapping[str, Ask]:
    """Every part of the exchange, by the name that everybody may know."""
    engine, identity, runs, clock = exchange.engine(), exchange.identity(), exchange.runs(), exchange.clock()

    async def database() -> Fares:
        await fetch_alone(engine, "SELECT 1")
        return Fares.OK

    async def auth() -> Fares:
        await identity.check()
        return Fares.OK

    async def redis() -> Fares:
        await exchange.redis_ping()()
        return Fares.OK

    async def queues() -> Fares:
        due = (await runs.next_due(list(Queue))).values()
        return Fares.SLOW if due and clock.now() - min(due) > BEHIND else Fares.OK

    kept = redis if exchange.settings().redis_url else off
    return {DATABASE: database, "auth": auth, "redis": kept, "queues": queues}
