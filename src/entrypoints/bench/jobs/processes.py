"""The processes beside which jobs are measured: a worker, a plain Dramatiq worker, and an echo on Redis."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from entrypoints.settings import Settings

STOP_SECONDS = 40.0
TICKS = os.sysconf("SC_CLK_TCK")

COMMAND = (sys.executable, "-c", "from entrypoints.cli import main; main()")


@contextmanager
def process(arguments: Sequence[str], settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A process on the servers of the settings, ended at the end."""
    assert settings.database_url is not None
    assert settings.redis_url is not None
    servers = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    started = subprocess.Popen(arguments, env={**os.environ, **servers, "PRESAGE_LOG_LEVEL": "ERROR"})
    try:
        yield started
    finally:
        started.terminate()
        started.wait(STOP_SECONDS)


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process of Presage."""
    with process([*COMMAND, "worker"], settings) as started:
        yield started


def module(name: str) -> list[str]:
    """The arguments that run a module of this folder."""
    return [sys.executable, "-m", f"entrypoints.bench.jobs.{name}"]


def cpu_percent(pid: int, seconds: float) -> float:
    """What a process takes of one core while nothing is asked of it, as Linux counts it."""
    before = _ticks(pid)
    time.sleep(seconds)
    return (_ticks(pid) - before) / TICKS / seconds * 100


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    user, system = fields[11:13]
    return int(user) + int(system)
