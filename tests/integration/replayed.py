"""Order flows to replay, and what replays them: in this process, or the command as a user starts it."""

import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

from rich.console import Console
from sqlalchemy import text

from domain.shared.money import POINT
from entrypoints.container import Container
from entrypoints.replay.flow import Flow
from entrypoints.replay.names import Terms
from entrypoints.replay.report import Report
from entrypoints.replay.run import Pace, Replay
from entrypoints.replay.watch import Watch
from entrypoints.runtime import container
from tests.conftest import settings_for

TERMS = Terms(liquidity=90 * POINT, points=200 * POINT, fee_bps=1_000)
GROUP = 16

COUNT_ROWS = " + ".join(
    f"(SELECT count(*) FROM {table})" for table in ("users", "point_grants", "trade_ledger", "refused_orders")
)

OUTCOMES = """\
market,title,category,outcome,resolved_at
a,Will A happen?,tests,YES,2022-02-01T00:00:00Z
b,Will B happen?,tests,NO,2022-02-01T00:00:00Z
c,Will C happen?,tests,CANCELLED,2022-02-01T00:00:00Z
"""

# With 90 points in the pool and a fee of 10 %, 100 points buy 135 shares and move the probability to 80 %.
ORDERS = """\
time,market,trader,action,outcome,amount,shares
2022-01-01T10:00:00Z,a,ann,BUY,YES,100,
2022-01-01T10:00:01Z,a,bob,BUY,NO,0,
2022-01-01T10:00:02Z,a,bob,SELL,NO,,5
2022-01-01T10:00:03Z,b,bob,BUY,NO,200.000001,
2022-01-01T10:00:04Z,b,bob,BUY,NO,100,
2022-01-01T10:00:05Z,c,ann,BUY,YES,100,
2022-01-01T10:00:06Z,a,ann,SELL,YES,,135
"""


def flow_in(folder: Path, orders: str, outcomes: str = OUTCOMES) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "orders.csv").write_text(orders)
    (folder / "outcomes.csv").write_text(outcomes)
    return folder


def random_flow(folder: Path, orders: int) -> Path:
    """Traders who hold too little for some of what they ask, on markets of every ending."""
    chance = random.Random(20221108)
    rows = ["time,market,trader,action,outcome,amount,shares"]
    for second in range(orders):
        market, trader = chance.choice("abc"), f"trader-{chance.randrange(12)}"
        outcome, quantity = chance.choice(["YES", "NO"]), f"{chance.expovariate(1 / 12):.6f}"
        what = f"BUY,{outcome},{quantity}," if chance.random() < 0.7 else f"SELL,{outcome},,{quantity}"
        rows.append(f"2022-01-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z,{market},{trader},{what}")
    return flow_in(folder, "\n".join([*rows, ""]))


async def replay(exchange: Container, flow: Flow) -> tuple[Report, Pace]:
    return await Replay(exchange, flow, TERMS, Watch(Console(file=StringIO())))()


async def rows_in(exchange: Container) -> int:
    async with exchange.engine().connect() as connection:
        return int((await connection.execute(text(f"SELECT {COUNT_ROWS}"))).scalar_one())


@asynccontextmanager
async def small_groups(database_url: str, data_dir: Path) -> AsyncIterator[Container]:
    """An exchange that takes few orders at a time, so that there are many moments to stop it at."""
    settings = settings_for(database_url, data_dir).model_copy(update={"desk_group_size": GROUP})
    async with container(settings, migrate=False) as built:
        yield built


COMMAND = (sys.executable, "-c", "from entrypoints.cli import main; main()", "replay")
OPTIONS = ("--liquidity", "90", "--points", "200", "--fee-bps", "1000")


def start(folder: Path, *options: str, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    """The command as a user starts it, in a folder of his own."""
    return subprocess.Popen(
        [*COMMAND, str(folder), *options],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "100"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
