"""`presage up`: from an empty folder to a trade, and back to silence."""

import shlex
import signal
import socket
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from tests.http.command import PATIENCE_S, failed, fetched, running, servers_left, start


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all tests here, so that PostgreSQL is made once."""
    return tmp_path_factory.mktemp("up")


def curls(screen: str) -> list[list[str]]:
    """The commands on the screen, in words."""
    return [shlex.split(line) for line in screen.splitlines() if line.startswith("curl ")]


def run(curl: list[str], token: str = "") -> tuple[int, Any]:
    """What a command on the screen does, with the token where it names one."""
    _, url, *options = curl
    given = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(text.split(": ") for option, text in given if option == "-H")
    body = next((text for option, text in given if option == "-d"), None)
    return fetched(url, body, {name: text.replace("TOKEN", token) for name, text in headers.items()})


def test_what_the_screen_says_works_and_lasts(folder: Path) -> None:
    with running(folder, "up") as first:
        quote, register, login, trade = curls(first.screen)
        assert str(folder / ".presage") in first.screen
        assert fetched(f"{first.url}/readyz")[0] == 200
        assert servers_left(folder) == ["postgres", "valkey"]
        _, quoted = run(quote)
        assert run(trade)[0] == 401
        assert run(register)[0] == 201
        _, signed_in = run(login)
        token = signed_in["data"]["accessToken"]
        status, traded = run(trade, token)
        assert status == 201
        assert traded["data"]["shares"] == quoted["data"]["shares"]
        status, said = first.stop(signal.SIGTERM)
    assert (status, servers_left(folder)) == (0, [])
    assert said.strip() == f"Stopped. The data stays in {folder / '.presage'}."
    with running(folder, "up", PRESAGE_DEMO="false", PRESAGE_ENABLE_WORKER="false") as second:
        _, market = fetched(f"{second.url}/api/v1/markets/{traded['data']['marketId']}")
        assert market["data"]["probability"] == traded["data"]["probabilityAfter"]
        assert market["data"]["seq"] == 2
        again = curls(second.screen)[-1]
        assert run(again, token)[0] == 201  # the secret stays, and with it what it signed
        assert second.stop(signal.SIGINT)[0] == 0
    assert servers_left(folder) == []


def test_the_second_signal_does_not_wait(folder: Path) -> None:
    with running(folder, "up", PRESAGE_ENABLE_WORKER="false") as command, socket.socket() as slow:
        host, port = command.url.removeprefix("http://").split(":")
        slow.connect((host, int(port)))
        slow.sendall(
            b"POST /api/v1/auth/login HTTP/1.1\r\nHost: presage\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        )
        assert fetched(f"{command.url}/livez")[0] == 200
        command.process.send_signal(signal.SIGTERM)
        while command.accepts():
            sleep(0.01)
        assert command.process.poll() is None
        status, said = command.stop(signal.SIGTERM)
    assert (status, said) == (130, "")
    assert servers_left(folder) == []


def test_a_signal_at_the_very_end_comes_too_late(folder: Path) -> None:
    with running(folder, "up", PRESAGE_ENABLE_WORKER="false") as command:
        command.process.send_signal(signal.SIGTERM)
        assert command.process.stdout
        while "Stopped." not in command.process.stdout.readline():
            assert command.process.poll() is None
        for number in (signal.SIGTERM, signal.SIGINT):
            command.process.send_signal(number)
        _, error = command.process.communicate(timeout=PATIENCE_S)
        assert command.process.returncode in (0, 130)  # 130 while the command itself was still at work
    assert error == ""
    assert servers_left(folder) == []


def test_a_signal_while_starting_leaves_nothing(tmp_path: Path) -> None:
    with start(tmp_path, "up") as process:
        while not (tmp_path / ".presage").exists() and process.poll() is None:
            sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode in (0, 130)
    assert servers_left(tmp_path) == []


def test_it_schedules_as_well(folder: Path) -> None:
    unknown = '[{"name": "x", "job": "no.job", "cron": "0 9 * * *"}]'
    assert failed(folder, "up", PRESAGE_SCHEDULES=unknown, PRESAGE_ENABLE_WORKER="false").startswith("Choose one of ")
    assert servers_left(folder) == []


def test_a_taken_port_starts_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = failed(tmp_path, "up", "--port", port)
    assert said == f"Port {port} on 127.0.0.1 is taken. Stop the program that uses it, or choose another with --port."
    assert not (tmp_path / ".presage").exists()
