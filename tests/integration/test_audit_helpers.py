"""Processes that share an audit: they find the same, and none outlives it."""

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from adapters.postgres.engine import create_engine
from adapters.postgres.journal import PostgresJournals
from application.trading.findings import Check
from application.trading.journal import Part
from domain.shared.errors import Unavailable
from entrypoints.audit_helpers import helpers
from tests.integration.audited import audited, counts, told
from tests.support import on_database

SRC = Path(__file__).parents[2] / "src"


async def test_processes_that_help_find_the_same(copied: str) -> None:
    await on_database(copied, "UPDATE users SET balance = balance + 1 WHERE handle = 'user-1'")
    await on_database(copied, "UPDATE liquidity_pools SET collateral = collateral + 1")
    alone = await audited(copied)
    steps: list[int] = []
    with helpers(copied, 2) as others:
        together = await audited(copied, helpers=others, part=20, progress=lambda done, _: steps.append(done))
    assert told(together) == told(alone) != ""
    assert counts(together) == counts(alone)
    assert sum(steps) == counts(alone)[Check.ENTRIES]


@pytest.mark.parametrize("entries", [1, 20, 10**9])
async def test_parts_are_everything_together(copied: str, entries: int) -> None:
    engine = create_engine(copied)
    async with PostgresJournals(engine)() as journal:
        parts = await journal.parts(entries)
    await engine.dispose()
    assert (parts[0].first, parts[-1].last) == (Part().first, Part().last)
    assert all(part.last.int + 1 == following.first.int for part, following in pairwise(parts))
    assert (len(parts) > 1) == (entries < 10**9)


async def test_an_audit_whose_helper_is_killed_says_what_to_do(copied: str) -> None:
    def kill(*_: int) -> None:
        for child in psutil.Process().children(recursive=True):
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()

    with helpers(copied, 1) as others, pytest.raises(Unavailable, match="--processes 1"):
        await audited(copied, helpers=others, part=1, progress=kill)


def test_helpers_do_not_outlive_a_killed_audit() -> None:
    program = """
import asyncio, os, psutil, signal
from application.trading.journal import Part
from entrypoints.audit_helpers import helpers

async def main():
    with helpers("postgresql+asyncpg://nobody@/none?host=/none", 1) as [helper]:
        try:
            await helper("0", Part())
        except Exception as error:
            print(type(error).__name__)
        print(*[child.pid for child in psutil.Process().children()], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""
    environment = os.environ | {"PYTHONPATH": str(SRC)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=False, capture_output=True, text=True, timeout=30
    )
    failed, pids = done.stdout.splitlines()
    assert failed == "StoreBusy"
    assert pids
    until = time.monotonic() + 10
    while any(psutil.pid_exists(int(pid)) for pid in pids.split()) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in pids.split() if psutil.pid_exists(int(pid))] == []
