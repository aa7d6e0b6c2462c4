"""Taking jobs costs the same however many wait."""

from datetime import timedelta

from adapters.postgres.job_runs import PostgresRuns
from application.jobs.contracts import Contract, Nothing
from domain.jobs.execution import Queue
from entrypoints.container import Container
from tests.integration.plans import indexes, nodes_of_last, rows_read
from tests.support import on_database

WAITING, LIMIT = 5_000, 16
JOB = Contract(name="test.job", queue=Queue.REPORTS, payload=Nothing)


async def test_a_claim_reads_what_it_takes(exchange: Container, database_url: str) -> None:
    async with exchange.transactions()() as transaction:
        await exchange.queue_service().add_many(transaction.jobs, JOB, [Nothing()] * WAITING)
        await transaction.commit()
    await on_database(database_url, "ANALYZE job_executions")
    engine, clock = exchange.trading_engine(), exchange.clock()
    runs = PostgresRuns(engine)
    claim = runs.claim(Queue.REPORTS, LIMIT, "worker", clock.now(), timedelta(seconds=12))
    nodes = await nodes_of_last(engine, lambda: claim)
    assert {"ix_job_executions_due", "ix_job_executions_suspects"} <= indexes(nodes)
    assert rows_read(nodes, "job_executions") <= 4 * LIMIT
