"""`presage audit` over a long history, as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.engine import make_url

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.engine import create_engine
from adapters.postgres.migrate import upgrade
from entrypoints.bench.copy_history import copy_history
from entrypoints.bench.history import History, Scale
from entrypoints.bench.memory import most_memory

DATABASE = "history"
PROCESSES = 2
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """Seconds and the most memory in megabytes of an audit; `clean` where it found no difference."""

    seconds: float
    megabytes: float
    clean: bool


async def prepare(server: EmbeddedPostgres, entries: int, progress: Callable[[int], None]) -> str:
    """Write a history of so many ledger entries; the address of its database."""
    admin = create_engine(server.url)
    async with admin.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text(f"CREATE DATABASE {DATABASE}"))
    await admin.dispose()
    url = make_url(server.url).set(database=DATABASE).render_as_string(hide_password=False)
    engine = create_engine(url)
    await upgrade(engine)
    await copy_history(engine, History(Scale(entries)), progress)
    async with engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text("ANALYZE"))
    await engine.dispose()
    return url


def run(url: str) -> AuditFigures:
    """Audit that database, and wait for its processes to end."""
    command = [sys.executable, "-c", "from entrypoints.cli import main; main()", "audit", f"--processes={PROCESSES}"]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.DEVNULL)
    kilobytes = 0
    while process.poll() is None:
        kilobytes = max(kilobytes, most_memory(process.pid))
        time.sleep(POLL_S)
    return AuditFigures(time.perf_counter() - started, kilobytes / 1024, process.returncode == 0)
