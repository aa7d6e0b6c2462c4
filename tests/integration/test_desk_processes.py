"""Two processes with a desk each, 64 writers on the same markets and users: nothing is lost, doubled or stuck."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from entrypoints.world import SystemClock
from tests.behaviour.stores import postgres_world
from tests.behaviour.world import World
from tests.integration.desk_writer import Plan, Told
from tests.support import discrepancies, entries, on_database

ROOT = Path(__file__).parents[2]
PROCESSES = ("left", "right")
MARKETS, USERS, ORDERS = 4, 10, 25
ANSWERS = {
    "filled",
    "repeated",
    "INSUFFICIENT_POINTS",
    "INSUFFICIENT_SHARES",
    "INSUFFICIENT_LP_SHARES",
    "NOTHING_HELD",
    "NOTHING_TO_CLAIM",
    "POOL_TOO_SMALL",
}
"""What these orders may be told; never that the store was busy or failed."""


class Writer:
    """A process that places orders when told to."""

    def __init__(self, plan: Plan) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.desk_writer"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(json.dumps(asdict(plan)))

    def wait_until_ready(self) -> None:
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"

    def go(self) -> None:
        self._say("go")

    def told(self) -> list[Told]:
        output, _ = self._process.communicate()
        assert self._process.returncode == 0
        return [Told(**each) for each in json.loads(output)]

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """One of its own for every test: its deadlocks are counted."""
    return own_database_url


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with postgres_world(database_url) as built:
        yield built


def run_together(plans: Sequence[Plan]) -> list[list[Told]]:
    writers = [Writer(plan) for plan in plans]
    try:
        for writer in writers:
            writer.wait_until_ready()
        for writer in writers:
            writer.go()
        return [writer.told() for writer in writers]
    finally:
        for writer in writers:
            writer.end()


async def test_two_processes_on_the_same_markets(world: World, database_url: str) -> None:
    world.clock.time = SystemClock().now()  # which the processes trade by
    treasury = await world.treasury()
    markets = [str(await world.market(treasury, points=200)) for _ in range(MARKETS)]
    users = [str(await world.user(f"user {number}")) for number in range(USERS)]
    left, right = run_together([Plan(database_url, name, 1, ORDERS, markets, users) for name in PROCESSES])
    told = left + right
    answers = Counter(each.answer for each in told)
    assert set(answers) <= ANSWERS
    assert answers["filled"] > len(told) // 3
    tables = await world.tables()

    assert discrepancies(tables) == []
    ledger = {(str(entry.user_id), entry.key): (str(entry.market_id), entry.seq) for entry in entries(tables)}
    for each in told:
        if each.seq:
            assert ledger[each.user, each.key] == (each.market, each.seq)
    filled = Counter((each.user, each.key) for each in told if each.answer == "filled")
    assert set(filled.values()) == {1}
    assert set(filled) == {key for key in ledger if key[1] is not None}

    shared = {each.key for each in left} & {each.key for each in right}
    assert len(shared) > 20
    for key in shared:
        assert len({(each.market, each.seq) for each in told if each.key == key}) == 1
    assert switches(tables["trade_ledger"]) > 20
    assert await deadlocks(database_url) == 0


def switches(ledger: Sequence[dict[str, object]]) -> int:
    """How often two entries that follow each other in a market come from different processes."""
    count = 0
    for _, rows in groupby(ledger, key=lambda row: row["market_id"]):
        keys = [str(row["key"]).split()[0] for row in rows]
        count += sum(one != other for one, other in pairwise(key for key in keys if key in PROCESSES))
    return count


async def deadlocks(url: str) -> int:
    """How many the server has ended in this database."""
    found = await on_database(url, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(found[0]["deadlocks"])
