"""What the PostgreSQL that starts itself has alone."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.exc import ProgrammingError

from adapters.embedded.account import account_for
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.server import EmbeddedServerError
from tests.integration.embedded import sql


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all tests here, since creating a cluster takes longer than starting it."""
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    """A server that tests may stop and kill."""
    with EmbeddedPostgres(home) as running:
        yield running


def test_postgres_is_durable_and_reached_by_socket_alone(postgres: EmbeddedPostgres) -> None:
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "timezone": "UTC",
        "max_connections": "100",
    }
    assert dict(zip(expected, sql(postgres.url, *(f"SHOW {name}" for name in expected)), strict=True)) == expected
    assert sql(postgres.url, "SHOW server_version")[0].startswith("18.")
    assert sql(postgres.url, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == ["C"]


def test_the_tools_of_postgres_reach_it(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    script = tmp_path / "script.sql"
    script.write_text("SELECT 1;\n")
    where = ["-h", postgres.host, "-p", str(postgres.port), "-U", postgres.user]
    what = ["-n", "-t", "5", "-M", "prepared", "-f", str(script), postgres.database]
    done = subprocess.run([postgres.bin_dir / "pgbench", *where, *what], check=True, capture_output=True, text=True)
    assert "number of transactions actually processed: 5/5" in done.stdout


def test_a_lost_database_is_made_again(postgres: EmbeddedPostgres) -> None:
    sql(postgres.url, "CREATE TABLE lost (x int)")
    sql(postgres.url.replace("/presage?", "/postgres?"), "DROP DATABASE presage WITH (FORCE)")
    assert not postgres.start()
    with pytest.raises(ProgrammingError, match="does not exist"):
        sql(postgres.url, "SELECT * FROM lost")


def test_a_stale_pid_file_does_not_block_although_its_number_lives(postgres: EmbeddedPostgres) -> None:
    pid_file = postgres.cluster / "postmaster.pid"
    os.kill(postgres.pid, signal.SIGKILL)
    account = account_for(postgres.data_dir)
    with ExitStack() as after:
        stranger = after.enter_context(subprocess.Popen(["sleep", "60"], **account.options()))
        after.callback(stranger.kill)
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert postgres.start()
        assert stranger.poll() is None


def test_a_creation_cut_short_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "cluster.new").mkdir()
    (tmp_path / "cluster.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path) as server:
        assert sql(server.url, "SELECT 1") == ["1"]


def test_a_postgres_that_does_not_start_shows_its_log(postgres: EmbeddedPostgres) -> None:
    postgres.stop()
    conf = postgres.cluster / "postgresql.conf"
    good = conf.read_text()
    conf.write_text(f"{good}\nno_such_setting = 1\n")
    try:
        with pytest.raises(EmbeddedServerError, match='unrecognized configuration parameter "no_such_setting"'):
            postgres.start()
    finally:
        conf.write_text(good)
    assert postgres.start()
