"""Taking jobs costs the same however many wait, and counting them however many have ended."""

from datetime import timedelta

from adapters.postgres.job_queries import PostgresJobQueries
from adapters.postgres.job_runs import CLAIM
from application.jobs.contracts import Contract, Nothing
from domain.jobs.execution import Queue
from entrypoints.container import Container
from tests.integration.plans import indexes, nodes_of, nodes_of_last, rows_read
from tests.support import on_database

WAITING, LIMIT = 5_000, 16
JOB = Contract(name="test.job", queue=Queue.REPORTS, payload=Nothing)

ENDED = f"""
    UPDATE job_executions SET state = 'completed', finished_at = now() - interval '1 day'
    WHERE id IN (SELECT id FROM job_executions LIMIT {WAITING})
"""


async def test_a_claim_reads_what_it_takes(exchange: Container, database_url: str) -> None:
    async with exchange.transactions()() as transaction:
        await exchange.queue_service().add_many(transaction.jobs, JOB, [Nothing()] * WAITING)
        await transaction.commit()
    await on_database(database_url, "ANALYZE job_executions")
    engine, clock = exchange.trading_engine(), exchange.clock()
    now = clock.now()
    nodes = await nodes_of(engine, CLAIM, (Queue.REPORTS, now, LIMIT, now + timedelta(seconds=12), "worker", 1))
    assert {"ix_job_executions_due", "ix_job_executions_suspects"} <= indexes(nodes)
    assert rows_read(nodes, "job_executions") <= 4 * LIMIT


async def test_jobs_that_ended_long_ago_are_not_counted_again(exchange: Container, database_url: str) -> None:
    async with exchange.transactions()() as transaction:
        await exchange.queue_service().add_many(transaction.jobs, JOB, [Nothing()] * (WAITING + 3))
        await transaction.commit()
    for statement in (ENDED, "ANALYZE job_executions"):
        await on_database(database_url, statement)
    engine, now = exchange.engine(), exchange.clock().now()
    queries = PostgresJobQueries(engine)
    for read in (lambda: queries.stats(now), lambda: queries.health(now - timedelta(minutes=5), now)):
        nodes = await nodes_of_last(engine, read)
        assert "ix_job_executions_due" in indexes(nodes)
        assert rows_read(nodes, "job_executions") <= 10
