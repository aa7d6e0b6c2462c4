"""The two kinds of servers that start themselves, what tests do with either, and who else uses them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.embedded.locks import attempts
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.server import EmbeddedServer
from adapters.embedded.valkey import EmbeddedValkey

SETTLE_S = 5

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
