"""The `presage` command as a process, in a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from adapters.embedded.locks import is_locked
from entrypoints.settings import Settings

MAIN = "from entrypoints.cli import main; main()"
SRC = Path(__file__).parents[2] / "src"
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "ENABLE_WORKER",
    "WORKER_CONCURRENCY",
    *(f"PRESAGE_{name.upper()}" for name in Settings.model_fields),
)
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Command:
    """A running command; `screen` is what it has said up to where it serves."""

    process: subprocess.Popen[str]
    screen: str
    url: str

    def stop(self, number: signal.Signals) -> tuple[int, str]:
        """Exit status, and what it said since, after a signal."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> tuple[int, str]:
        out, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out

    def accepts(self) -> bool:
        """Whether anybody listens."""
        host, port = self.url.removeprefix("http://").split(":")
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[Command]:
    """A command that serves; stopped in the end, whatever happened."""
    with start(folder, *arguments, **environment) as process:
        try:
            screen, url = _until_served(process.stdout if arguments[0] == "up" else process.stderr)
            yield Command(process, screen, url)
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=PATIENCE_S)


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A command with no setting but these; its standard input stays open."""
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        cwd=folder,
        env=_environment() | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def failed(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command says on standard error when it ends with status 1, in one line."""
    with start(folder, *arguments, **environment) as process:
        out, error = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, out) == (1, "")
        return " ".join(error.split())


def servers_left(folder: Path) -> list[str]:
    """Which embedded servers of a folder still have a process; it holds their lock to its end."""
    locks = (folder / ".presage").glob("*/server.lock")
    return sorted(lock.parent.name for lock in locks if is_locked(lock))


SECRET = "a secret for every process of this exchange"


def fetched(url: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """Status and JSON of an answer, as curl would show them."""
    headers = {} if body is None else {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, body.encode() if body else None, headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def _until_served(stream: IO[str] | None) -> tuple[str, str]:
    """What the command says up to its last line, and the URL in it."""
    assert stream is not None
    said = ""
    for line in stream:
        said += line
        if "Ctrl-C" in line or "serving on" in line:
            return said, next(word.rstrip(",") for word in said.split() if word.startswith("http://"))
    raise AssertionError(f"it ended: {said}")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | {"PYTHONPATH": str(SRC), "PRESAGE_PORT": "0", "NO_COLOR": "1"}
