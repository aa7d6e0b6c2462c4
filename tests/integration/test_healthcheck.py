"""`presage healthcheck`: every check on real servers, as they should be and as they should not."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from pydantic import SecretStr
from typer.testing import CliRunner

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.http.bounds import HttpBounds
from adapters.http.checks import PATHS, CheckApi
from adapters.http.server import bind, served
from adapters.postgres.checks import CheckMigrations, CheckServer, CheckTables
from adapters.postgres.engine import create_engine
from adapters.postgres.tails import PostgresTails
from application.jobs.catalogue.system import PING, Ping
from application.shared.checks import Finding, Grade, examine
from application.trading.check_ledger import CheckLedger
from domain.jobs.execution import Failure, Queue
from entrypoints.api import serving
from entrypoints.cli import commands  # noqa: F401 - registers the commands on `app`
from entrypoints.cli.app import app
from entrypoints.cli.jobs import OPERATOR
from entrypoints.container import Container
from entrypoints.healthcheck import checks, healthcheck
from entrypoints.settings import Settings
from tests.conftest import settings_for
from tests.support import fresh_database, on_database

NOWHERE = "http://127.0.0.1:9"
NAMES = "PostgreSQL Tables Migrations Ledger_sample Queues Schedules Redis Identity API".replace("_", " ")
LEASE = timedelta(minutes=1)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, valkey: EmbeddedValkey) -> Settings:
    """Settings with every server."""
    return settings_for(database_url, tmp_path).model_copy(update={"redis_url": valkey.url})


@pytest.fixture
async def exchange(settings: Settings) -> AsyncIterator[Container]:
    """An exchange with its demo, whose scheduler has run."""
    built = Container(settings=settings)
    await built.seed().demo()
    async with built.scheduler():
        pass
    yield built
    for engine in (built.engine(), built.trading_engine()):
        await engine.dispose()
    built.wakes().close()


async def found(exchange: Container, name: str, url: str = NOWHERE) -> Finding:
    """What one check sees."""
    [checked] = (await examine([each for each in checks(exchange, url) if each.name == name])).checks
    return checked.finding


async def change(exchange: Container, statement: str) -> None:
    """Change rows behind the exchange's back, past the triggers that keep the ledger."""
    url = exchange.settings().database_url
    assert url is not None
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(f"SET session_replication_role = replica; {statement}")
    finally:
        await connection.close()


async def bury_all(exchange: Container) -> None:
    """Let the jobs of maintenance that are due become dead letters."""
    clock, runs = exchange.clock(), exchange.runs()
    taken = await runs.claim(Queue.MAINTENANCE, 10, "a test", clock.now(), LEASE)
    await runs.settle([job.bury(Failure("JOB_FAULT", "Read why."), clock.now()) for job in taken], {}, clock.now())


async def test_an_exchange_that_is_well(exchange: Container, settings: Settings) -> None:
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound) as url:
            report = await healthcheck(settings, url)
    assert " ".join(checked.name for checked in report.checks) == NAMES
    assert [checked for checked in report.checks if checked.finding.grade is not Grade.HEALTHY] == []
    assert report.grade is Grade.HEALTHY


async def test_a_database_that_is_gone(tmp_path: Path) -> None:
    gone = settings_for(f"postgresql+asyncpg://presage@/presage?host={tmp_path}&port=5432", tmp_path)
    report = await healthcheck(gone, NOWHERE)
    grades = {checked.name: checked.finding.grade for checked in report.checks}
    database = dict.fromkeys(("PostgreSQL", "Tables", "Migrations", "Ledger sample", "Queues", "Schedules"))
    assert {grades[name] for name in database} == {Grade.CRITICAL}
    assert (grades["Identity"], report.grade) == (Grade.HEALTHY, Grade.CRITICAL)


async def test_a_server_that_loses_trades(postgres: EmbeddedPostgres) -> None:
    async with fresh_database(postgres) as url:
        name = (await on_database(url, "SELECT current_database()"))[0][0]
        await on_database(url, f"ALTER DATABASE {name} SET synchronous_commit = off")
        engine = create_engine(url)
        seen = await CheckServer(engine)()
        await engine.dispose()
    assert (seen.grade, "synchronous_commit" in seen.text) == (Grade.CRITICAL, True)


async def test_tables(postgres: EmbeddedPostgres) -> None:
    async with fresh_database(postgres) as url:
        engine = create_engine(url)
        assert (await CheckTables(engine)()).grade is Grade.WARNING
        assert (await CheckMigrations(engine)()).grade is Grade.HEALTHY
        await on_database(url, "DROP TABLE webhook_deliveries CASCADE")
        await on_database(url, "UPDATE alembic_version SET version_num = '0001'")
        seen, schema = await CheckTables(engine)(), await CheckMigrations(engine)()
        await engine.dispose()
    assert (seen.grade, seen.details) == (Grade.CRITICAL, ["webhook_deliveries"])
    assert schema.grade is Grade.CRITICAL
    assert "presage migrate" in schema.text


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("UPDATE trade_ledger SET amount_in = amount_in + 1", "hash is"),
        ("UPDATE trade_ledger SET prev_hash = sha256(prev_hash)", "prev_hash is"),
        ("UPDATE liquidity_pools SET yes = yes + 1", r"book.pool.yes is"),
        ("UPDATE liquidity_pools SET collateral = collateral + 1", "book.collateral is"),
        ("UPDATE liquidity_pools SET head = sha256(head)", "book.head is"),
        ("DELETE FROM trade_ledger", "book.seq is 1, should be 0"),
    ],
)
async def test_a_ledger_that_was_changed(exchange: Container, fault: str, seen: str) -> None:
    await change(exchange, fault)
    finding = await found(exchange, "Ledger sample")
    assert finding.grade is Grade.CRITICAL
    assert seen in "\n".join(finding.details)


async def test_no_more_of_the_ledger_is_read_than_is_asked_for(exchange: Container) -> None:
    tails = PostgresTails(exchange.engine())
    assert len(await tails.sample(2, 50)) == 2
    assert [tail.entries for tail in await tails.sample(20, 0)] == [[], [], []]
    assert (await CheckLedger(tails)()).text == "3 entries of 3 markets are sealed and chained."


async def test_dead_letters_and_jobs_that_wait(exchange: Container) -> None:
    await exchange.queue_service().request(PING, Ping())
    await change(
        exchange, "UPDATE job_executions SET due_at = now() - interval '10 minutes' WHERE name = 'system.ping'"
    )
    seen = await found(exchange, "Queues")
    assert (seen.grade, "waited for 10 minutes" in seen.text) == (Grade.WARNING, True)
    await bury_all(exchange)
    seen = await found(exchange, "Queues")
    assert (seen.grade, "dead letters: 1" in seen.text) == (Grade.WARNING, True)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("DELETE FROM job_schedules WHERE name = 'maintenance.purge_jobs'", "Some jobs have no schedule"),
        ("UPDATE job_schedules SET next_at = now() - interval '1 hour'", "was due at"),
        ("UPDATE job_schedules SET paused = true WHERE name = 'maintenance.purge_jobs'", "purge_jobs is paused"),
        ("UPDATE job_schedules SET trouble = 'It is too big.'", "was not started: It is too big."),
    ],
)
async def test_schedules_that_do_not_run(exchange: Container, fault: str, seen: str) -> None:
    await change(exchange, fault)
    finding = await found(exchange, "Schedules")
    assert (finding.grade, seen in finding.text) == (Grade.WARNING, True)


async def test_maintenance_that_failed(exchange: Container) -> None:
    name = "maintenance.purge_jobs"
    [schedule] = [each for each in await exchange.schedule_queries().schedules(10) if each.plan.name == name]
    await exchange.run_schedule()(schedule.id, OPERATOR, "once")
    assert (await found(exchange, "Schedules")).grade is Grade.HEALTHY
    await bury_all(exchange)
    finding = await found(exchange, "Schedules")
    assert (finding.grade, f"{name} failed" in finding.text) == (Grade.WARNING, True)


async def test_redis_that_is_gone_or_was_never_named(settings: Settings, tmp_path: Path) -> None:
    gone = Container(settings=settings.model_copy(update={"redis_url": f"unix://{tmp_path}/redis.sock"}))
    assert (await found(gone, "Redis")).grade is Grade.CRITICAL
    none = Container(settings=settings.model_copy(update={"redis_url": None}))
    assert (await found(none, "Redis")).grade is Grade.WARNING


@pytest.mark.parametrize(
    "identity",
    [
        {"secret_key": None},
        {"secret_key": SecretStr("short")},
        {"identity": "oidc", "oidc_issuer": "http://127.0.0.1:9"},
    ],
)
async def test_nobody_who_vouches_for_users(settings: Settings, identity: dict[str, Any]) -> None:
    assert (await found(Container(settings=settings.model_copy(update=identity)), "Identity")).grade is Grade.CRITICAL


@pytest.mark.parametrize(
    ("statuses", "grade", "seen"),
    [
        ({"/readyz": 503}, Grade.CRITICAL, "/readyz: 503"),
        ({"/api/v1/markets": 429}, Grade.WARNING, "asked too often"),
        ({path.partition("?")[0]: 500 for path in PATHS}, Grade.CRITICAL, "Nothing works at"),
        ({}, Grade.HEALTHY, "4 endpoints answer"),
    ],
)
async def test_an_api_that_answers_badly(statuses: dict[str, int], grade: Grade, seen: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=statuses.get(request.path, 200))

    app = web.Application()
    app.add_routes([web.get("/{path:.*}", answer)])
    with bind("127.0.0.1", 0) as bound:
        async with served(app, bound, HttpBounds()) as url:
            finding = await CheckApi(url)()
    assert (finding.grade, seen in finding.text) == (grade, True)


async def test_an_api_that_is_not_there() -> None:
    finding = await CheckApi(NOWHERE)()
    assert (finding.grade, "Connection refused" in finding.details[0]) == (Grade.CRITICAL, True)


def test_the_command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("PRESAGE_SECRET_KEY", "a secret of the tests " * 2)
    monkeypatch.setenv("COLUMNS", "120")
    shown = CliRunner().invoke(app, ["healthcheck", "--url", NOWHERE])
    assert shown.exit_code == 1
    assert all(icon in shown.stdout for icon in "✓⚠✗")
    assert "✗ critical: 5 healthy, 3 warning, 1 critical" in shown.stdout
    told = json.loads(CliRunner().invoke(app, ["healthcheck", "--json", "--url", NOWHERE]).stdout)
    assert (told["status"], told["summary"]) == ("critical", {"healthy": 5, "warning": 3, "critical": 1})
    assert " ".join(check["name"] for check in told["checks"]) == NAMES
    assert all(check["latencyMs"] >= 0 and check["message"] for check in told["checks"])
