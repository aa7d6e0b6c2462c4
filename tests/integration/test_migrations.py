"""The schema: up, down and up again, from a wheel, by several at once, and the same as the tables say."""

import os
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.engine import create_engine
from adapters.postgres.migrate import downgrade, is_current, upgrade
from adapters.postgres.schema import metadata
from tests.fakes.state import KEYS
from tests.support import fresh_database, on_database

ROOT = Path(__file__).parents[2]

# Everything of a schema that a statement can run into, each with its definition.
CATALOGUE = """
    SELECT 'column' AS kind, table_name || '.' || column_name AS name,
           concat_ws(' ', data_type, numeric_precision, numeric_scale, is_nullable, column_default) AS definition
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY($1)
    UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid::regclass::text = ANY($1)
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename = ANY($1)
    UNION ALL SELECT 'options', relname, array_to_string(reloptions, ' ') FROM pg_class WHERE relname = ANY($1)
    ORDER BY 1, 2
"""

# Run by an interpreter that finds the package in the folder given, and nowhere else.
UPGRADE_FROM_WHEEL = """
import asyncio, sys
folder, url, source = sys.argv[1:]
sys.path[:] = [folder, *(path for path in sys.path if path and not path.startswith(source))]
import adapters.postgres.migrate as migrate
from adapters.postgres.engine import create_engine

async def run():
    engine = create_engine(url)
    await migrate.upgrade(engine)
    print(migrate.__file__, await migrate.is_current(engine))
    await engine.dispose()

asyncio.run(run())
"""

# Run by processes that start together, as an API, a worker and a scheduler do.
UPGRADE_TOGETHER = """
import asyncio, sys
from adapters.postgres.engine import create_engine
from adapters.postgres.migrate import is_current, upgrade

async def run():
    engine = create_engine(sys.argv[1])
    await is_current(engine)
    print("ready", flush=True)
    sys.stdin.readline()
    await upgrade(engine)
    await engine.dispose()

asyncio.run(run())
"""


@pytest.fixture
async def empty_url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database without a schema."""
    async with fresh_database(postgres, "template0") as url:
        yield url


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(empty_url)
    yield engine
    await engine.dispose()


async def catalogue(url: str, tables: Sequence[str] = tuple(metadata.tables)) -> list[tuple[str, ...]]:
    return [tuple(row) for row in await on_database(url, CATALOGUE, tables)]


async def things(url: str) -> list[str]:
    """The names of all relations, functions and triggers that a migration made, but for its own record."""
    found = await on_database(
        url,
        "SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    )
    return sorted(row["name"] for row in found if not row["name"].startswith("alembic_version"))


async def test_up_down_and_up_again(empty: AsyncEngine, empty_url: str) -> None:
    assert await things(empty_url) == []
    assert not await is_current(empty)
    await upgrade(empty)
    assert await is_current(empty)
    made, schema = await things(empty_url), await catalogue(empty_url)
    assert {*metadata.tables, "ledger_postings", "refuse_change", "trade_ledger_immutable"} <= set(made)
    await downgrade(empty)
    assert not await is_current(empty)
    assert await things(empty_url) == []
    await upgrade(empty)
    assert (await things(empty_url), await catalogue(empty_url)) == (made, schema)
    await upgrade(empty)
    assert await is_current(empty)


async def test_every_table_is_read_by_the_tests(database_url: str) -> None:
    assert set(metadata.tables) == set(KEYS)


async def test_the_migrations_make_the_tables_as_they_are_declared(database_url: str) -> None:
    def drift(connection: Connection) -> object:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    engine = create_engine(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(drift) == []
    await engine.dispose()


async def test_checks_keys_indexes_and_defaults_too(empty: AsyncEngine, empty_url: str, database_url: str) -> None:
    async with empty.begin() as connection:
        await connection.run_sync(metadata.create_all)
    declared, migrated = await catalogue(empty_url), await catalogue(database_url)
    assert {"column", "constraint", "index", "options"} == {row[0] for row in declared}
    assert migrated == declared


async def test_a_drift_would_be_seen(empty: AsyncEngine, empty_url: str) -> None:
    await upgrade(empty)
    before = await catalogue(empty_url)
    for statement in (
        "ALTER TABLE users DROP CONSTRAINT ck_users_balance_not_negative",
        "ALTER TABLE users ALTER balance SET DEFAULT 1",
        "DROP INDEX ix_markets_status_id",
        "ALTER TABLE portfolios RESET (fillfactor)",
        "ALTER TABLE trade_ledger ALTER price TYPE numeric(60, 0)",
    ):
        await on_database(empty_url, statement)
        after = await catalogue(empty_url)
        assert after != before
        before = after


async def test_processes_that_migrate_at_the_same_time(empty: AsyncEngine, empty_url: str) -> None:
    processes = [_waiting_to_upgrade(empty_url) for _ in range(3)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 3
    assert await is_current(empty)


def _waiting_to_upgrade(url: str) -> subprocess.Popen[str]:
    pipe, environment = subprocess.PIPE, os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", UPGRADE_TOGETHER, url]
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed, as pip would: by unpacking it."""
    built, folder = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    _python("-m", "hatchling", "build", "--target", "wheel", "--directory", str(built), cwd=ROOT)
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


async def test_from_an_installed_wheel(empty: AsyncEngine, empty_url: str, installed: Path) -> None:
    told = _python("-c", UPGRADE_FROM_WHEEL, str(installed), empty_url, str(ROOT / "src"), cwd=installed)
    assert told.split() == [str(installed / "adapters" / "postgres" / "migrate.py"), "True"]
    assert await is_current(empty)


def _python(*arguments: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
