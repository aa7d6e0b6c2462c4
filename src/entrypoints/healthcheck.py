"""The health check of a whole exchange, for its operator."""

import asyncio
from collections.abc import Sequence

from adapters.http.checks import CheckApi
from adapters.postgres.checks import CheckMigrations, CheckServer, CheckTables
from adapters.postgres.tails import PostgresTails
from application.jobs.check_queues import CheckQueues
from application.jobs.schedules.check_schedules import CheckSchedules
from application.shared.checks import Check, CheckReport, Finding, Grade, examine
from application.trading.check_ledger import CheckLedger
from entrypoints.container import Container
from entrypoints.settings import Settings

CLOSING_SECONDS = 5.0
"""For what is closed at the end."""


async def healthcheck(settings: Settings, url: str) -> CheckReport:
    """Check an exchange whose API is at `url`. `settings` has a `database_url`; nothing is raised for what is away."""
    exchange = Container(settings=settings)
    try:
        return await examine(checks(exchange, url))
    finally:
        await asyncio.wait([asyncio.ensure_future(exchange.engine().dispose())], timeout=CLOSING_SECONDS)


def checks(exchange: Container, url: str) -> Sequence[Check]:
    """Everything that is looked at, in order."""
    engine, jobs, clock = exchange.engine(), exchange.job_queries(), exchange.clock()
    planned = [plan.name for plan in exchange.settings().plans]
    return [
        Check("PostgreSQL", CheckServer(engine)),
        Check("Tables", CheckTables(engine)),
        Check("Migrations", CheckMigrations(engine)),
        Check("Ledger sample", CheckLedger(PostgresTails(engine))),
        Check("Queues", CheckQueues(jobs, clock)),
        Check("Schedules", CheckSchedules(exchange.schedule_queries(), jobs, clock, planned)),
        Check("Redis", lambda: _redis(exchange)),
        Check("Identity", lambda: _identity(exchange)),
        Check("API", CheckApi(url)),
    ]


async def _redis(exchange: Container) -> Finding:
    if exchange.settings().redis_url is None:
        text = "REDIS_URL is not set: limits are each process's own, and `presage worker` does not start."
        return Finding(Grade.WARNING, text)
    ping = exchange.redis_ping()
    try:
        await ping()
    finally:
        await ping.close()
    return Finding(Grade.HEALTHY, "Redis answers.")


async def _identity(exchange: Container) -> Finding:
    """Raises Invalid where the settings name no secret or no issuer."""
    identity = exchange.identity()
    try:
        await identity.check()
    finally:
        await identity.close()
    settings = exchange.settings()
    if settings.identity == "local":
        return Finding(Grade.HEALTHY, "Tokens of our own are signed and verified.")
    return Finding(Grade.HEALTHY, f"{settings.oidc_issuer} gave its keys.")
