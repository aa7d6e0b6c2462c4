"""The worlds: one in memory, one on PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from adapters.postgres.account_lookups import PostgresAccountLookups
from adapters.postgres.admin_log import PostgresAdminRecords
from adapters.postgres.administrator_answers import PostgresAdministratorAnswers
from adapters.postgres.covers import PostgresShownCovers
from adapters.postgres.directory import PostgresDirectory
from adapters.postgres.engine import PoolBounds, create_engine
from adapters.postgres.job_queries import PostgresJobQueries
from adapters.postgres.job_runs import PostgresRuns
from adapters.postgres.mail_receivers import PostgresMailReceivers
from adapters.postgres.old_jobs import PostgresOldJobs
from adapters.postgres.proposals import PostgresProposals
from adapters.postgres.queries import PostgresQueries
from adapters.postgres.report_store import PostgresReportStore
from adapters.postgres.reporting.source import PostgresReportSource
from adapters.postgres.schedules import PostgresScheduleQueries
from adapters.postgres.transactions import PostgresTransactions
from adapters.postgres.webhooks import PostgresWebhookQueries
from tests.behaviour.world import World
from tests.fakes.administration import MemoryAdminRecords, MemoryDirectory, MemoryProposals
from tests.fakes.administrator_answers import MemoryAdministratorAnswers
from tests.fakes.jobs import MemoryOldJobs
from tests.fakes.lookups import MemoryAccountLookups
from tests.fakes.mail_receivers import MemoryMailReceivers
from tests.fakes.queries import MemoryQueries
from tests.fakes.reports import MemoryReportSource, MemoryReportStore
from tests.fakes.schedules import MemoryScheduleQueries
from tests.fakes.shown_covers import MemoryShownCovers
from tests.fakes.state import Tables
from tests.fakes.store import MemoryStore
from tests.fakes.webhooks import MemoryWebhookQueries
from tests.support import read_tables


@asynccontextmanager
async def memory_world() -> AsyncIterator[World]:
    """A world on the store in memory, with its desk open."""
    store = MemoryStore()

    async def tables() -> Tables:
        return store.committed.tables()

    world = World(
        store,
        MemoryQueries(store),
        MemoryAccountLookups(store),
        tables,
        MemoryAdminRecords(store),
        MemoryDirectory(store),
        MemoryProposals(store),
        MemoryAdministratorAnswers(store),
        MemoryShownCovers(store),
        MemoryReportSource(store),
        MemoryReportStore(store),
        store.runs,
        store.job_queries,
        MemoryScheduleQueries(store.kept),
        MemoryOldJobs(store.kept),
        MemoryWebhookQueries(store.kept),
        MemoryMailReceivers(store),
    )
    async with world.desk:
        yield world


@asynccontextmanager
async def postgres_world(database_url: str, bounds: PoolBounds | None = None) -> AsyncIterator[World]:
    """A world on a migrated database, with its desk open."""
    engine = create_engine(database_url, bounds)
    world = World(
        PostgresTransactions(engine),
        PostgresQueries(engine),
        PostgresAccountLookups(engine),
        partial(read_tables, engine),
        PostgresAdminRecords(engine),
        PostgresDirectory(engine),
        PostgresProposals(engine),
        PostgresAdministratorAnswers(engine),
        PostgresShownCovers(engine),
        PostgresReportSource(engine),
        PostgresReportStore(engine),
        PostgresRuns(engine),
        PostgresJobQueries(engine),
        PostgresScheduleQueries(engine),
        PostgresOldJobs(engine),
        PostgresWebhookQueries(engine),
        PostgresMailReceivers(engine),
    )
    try:
        async with world.desk:
            yield world
    finally:
        await engine.dispose()
