"""The servers that start themselves: the same behaviour over PostgreSQL and Valkey."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from adapters.embedded.folders import LONGEST_SOCKET_PATH
from adapters.embedded.server import EmbeddedServer, EmbeddedServerError
from tests.integration.embedded import KINDS, Kind, OtherUser, all_end, family, living


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
