"""Replaying an order flow on a real PostgreSQL: worked by hand, repeated, stopped and killed at any moment."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from dependency_injector import providers
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.postgres.transactions import PostgresTransaction, PostgresTransactions
from application.shared.store import StoreBusy
from application.trading.findings import Check
from application.trading.summaries import Ending, Turnover, brier_score
from domain.shared.errors import Unavailable
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from domain.trading import cpmm
from domain.trading.cpmm import Pool
from domain.trading.market import Status
from domain.trading.orders import Buy
from entrypoints.container import Container
from entrypoints.replay.flow import Flow, read_flow
from entrypoints.replay.names import Terms
from entrypoints.replay.render import render
from entrypoints.replay.report import Report, Standing
from entrypoints.replay.run import Pace, Replay
from entrypoints.replay.watch import Watch
from entrypoints.runtime import container
from tests.conftest import settings_for
from tests.support import fresh_database

REAL_FLOWS = Path(os.environ.get("PRESAGE_ORDERFLOW", Path(__file__).parents[3] / "shared" / "data" / "orderflow"))
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


async def test_a_flow_worked_by_hand(exchange: Container, tmp_path: Path) -> None:
    report, pace = await replay(exchange, read_flow(flow_in(tmp_path / "flow", ORDERS)))
    assert report == Report(
        orders=7,
        filled=4,
        refused={"AMOUNT_OUT_OF_BOUNDS": 1, "INSUFFICIENT_POINTS": 1, "INSUFFICIENT_SHARES": 1},
        turnover=Turnover(trades=4, volume=381 * POINT, vault_fees=19_500_000, lp_fees=19_500_000),
        markets={"YES": 1, "NO": 1, "CANCELLED": 1},
        brier=0.145,  # the mean of 0.5² and 0.2²
        treasury_profit=-16 * POINT,
        traders=2,
        best=[Standing("bob", 35 * POINT), Standing("ann", -19 * POINT)],
        worst=[],
    )
    assert pace.trades == 4


async def test_a_repeated_replay_trades_nothing_and_ends_with_the_same_numbers(
    exchange: Container, tmp_path: Path
) -> None:
    flow = read_flow(flow_in(tmp_path / "flow", ORDERS))
    first, _ = await replay(exchange, flow)
    rows = await rows_in(exchange)
    again, pace = await replay(exchange, flow)
    assert again == first
    assert pace.trades == 0
    assert await rows_in(exchange) == rows


async def test_two_flows_and_other_terms_live_side_by_side(exchange: Container, tmp_path: Path) -> None:
    flow = read_flow(flow_in(tmp_path / "flow", ORDERS))
    shorter = read_flow(flow_in(tmp_path / "shorter", ORDERS.rsplit("\n", 2)[0] + "\n"))
    first, _ = await replay(exchange, flow)
    assert (await replay(exchange, shorter))[0].filled == 3
    richer = Terms(TERMS.liquidity, 2 * TERMS.points, TERMS.fee_bps)
    report, _ = await Replay(exchange, flow, richer, Watch(Console(file=StringIO())))()
    assert report.refused == {"AMOUNT_OUT_OF_BOUNDS": 1, "INSUFFICIENT_SHARES": 1}
    assert (await replay(exchange, flow))[0] == first


async def test_two_at_once_end_with_the_same_numbers(
    exchange: Container, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    flow = read_flow(random_flow(tmp_path / "flow", 200))
    expected, _ = await replay(exchange, flow)
    async with fresh_database(postgres) as url, small_groups(url, tmp_path) as one, small_groups(url, tmp_path) as two:
        reports = await asyncio.gather(replay(one, flow), replay(two, flow))
    assert [report for report, _ in reports] == [expected, expected]
    assert sum(pace.trades for _, pace in reports) == expected.filled


class FailingTransactions:
    """Transactions of a store that is gone after the first few, for as long as a run lasts."""

    def __init__(self, engine: AsyncEngine, few: int) -> None:
        self._transactions = PostgresTransactions(engine)
        self.left = few

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[PostgresTransaction]:
        self.left -= 1
        if self.left < 0:
            raise StoreBusy("the store is gone")
        async with self._transactions() as transaction:
            yield transaction


async def test_stopped_by_the_store_it_goes_on(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    flow = read_flow(random_flow(tmp_path / "flow", 200))
    async with fresh_database(postgres) as url, small_groups(url, tmp_path) as exchange:
        transactions = FailingTransactions(exchange.engine(), few=1_000)
        exchange.transactions.override(providers.Object(transactions))
        expected, _ = await replay(exchange, flow)
        left = transactions.left
        await replay(exchange, flow)
        fewest = left - transactions.left  # that any run takes
    assert expected.filled > 100
    assert len(expected.refused) >= 2
    rows = []
    async with fresh_database(postgres) as url:
        for few in sorted(random.Random(7).sample(range(fewest), 10)):
            async with small_groups(url, tmp_path) as stopped:
                stopped.transactions.override(providers.Object(FailingTransactions(stopped.engine(), few)))
                with pytest.raises(Unavailable, match=r"the store is gone\..*same options"):
                    await replay(stopped, flow)
                rows.append(await rows_in(stopped))
        async with small_groups(url, tmp_path) as started_again:
            report, _ = await replay(started_again, flow)
            rows.append(await rows_in(started_again))
    assert report == expected
    assert rows == sorted(rows)
    assert len(set(rows)) > 5


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


async def killed_at(rows: int, exchange: Container, process: subprocess.Popen[str]) -> int:
    """Kill the process once the store has so many rows; how many it has then."""
    try:
        while process.poll() is None and await rows_in(exchange) < rows:
            pass
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    return await rows_in(exchange)


async def test_killed_at_any_moment_it_goes_on(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    folder = random_flow(tmp_path / "flow", 400)
    flow = read_flow(folder)
    async with fresh_database(postgres) as url, small_groups(url, tmp_path) as exchange:
        expected, _ = await replay(exchange, flow)
        total = await rows_in(exchange)
    async with fresh_database(postgres) as url, small_groups(url, tmp_path) as exchange:
        environment = {"DATABASE_URL": url, "PRESAGE_DESK_GROUP_SIZE": str(GROUP)}
        for rows in sorted(random.Random(11).sample(range(total * 9 // 10), 3)):
            process = start(folder, *OPTIONS, cwd=tmp_path, **environment)
            assert rows <= await killed_at(rows, exchange, process) < total
        report, _ = await replay(exchange, flow)
        assert report == expected
        assert await rows_in(exchange) == total


async def test_it_ends_with_an_audit_whose_result_is_the_exit_status(exchange: Container, tmp_path: Path) -> None:
    folder, url = flow_in(tmp_path / "flow", ORDERS), str(exchange.settings().database_url)
    clean = start(folder, *OPTIONS, cwd=tmp_path, DATABASE_URL=url)
    output, errors = clean.communicate(timeout=60)
    assert (clean.returncode, errors) == (0, "")
    assert output.count(" ok") == len(Check)
    async with exchange.engine().begin() as connection:
        await connection.execute(text("UPDATE users SET balance = balance + 1 WHERE handle LIKE 'ann~%'"))
    wrong = start(folder, *OPTIONS, cwd=tmp_path, DATABASE_URL=url)
    output, errors = wrong.communicate(timeout=60)
    assert (wrong.returncode, errors) == (1, "")
    assert "balance" in output


@pytest.mark.parametrize("row", ["2022-01-01T10:00:07Z,d,ann,BUY,YES,1,", "2022-01-01T10:00:07Z,a,ann,BUY,YES,one,"])
def test_a_malformed_row_leaves_nothing_behind(tmp_path: Path, row: str) -> None:
    folder = flow_in(tmp_path / "flow", f"{ORDERS}{row}\n")
    process = start(folder, cwd=tmp_path, DATABASE_URL="")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("orders.csv, line 9: ")
    assert output == ""
    assert [path.name for path in tmp_path.iterdir()] == ["flow"]


async def test_a_terminal_sees_bars_and_others_lines(exchange: Container, tmp_path: Path) -> None:
    flow, seen = read_flow(flow_in(tmp_path / "flow", ORDERS)), []
    for terminal in (True, False):
        console = Console(file=(output := StringIO()), force_terminal=terminal, width=100)
        report, pace = await Replay(exchange, flow, TERMS, Watch(console))()
        render(console, flow, report, pace)
        seen.append(output.getvalue())
    assert "━" in seen[0]
    assert seen[1].splitlines()[:3] == ["Markets 3 of 3", "Traders 2 of 2", "Orders 7 of 7 answered before"]
    assert "0.1450" in seen[1]


def refusals_and_pools(flow: Flow, terms: Terms) -> tuple[Counter[str], dict[str, Pool]]:
    """What the orders of a flow come to by the market maker alone, on nothing but dictionaries."""
    pools = dict.fromkeys(flow.markets, Pool(terms.liquidity, terms.liquidity))
    points, shares, refused = dict.fromkeys(flow.traders, terms.points), Counter[tuple[str, str, str]](), Counter[str]()
    for order in flow.orders:
        buying, held = order.form is Buy, (order.trader, order.market, order.outcome)
        if order.quantity == 0:
            refused["AMOUNT_OUT_OF_BOUNDS"] += 1
        elif buying and order.quantity > points[order.trader]:
            refused["INSUFFICIENT_POINTS"] += 1
        elif not buying and order.quantity > shares[held]:
            refused["INSUFFICIENT_SHARES"] += 1
        else:
            trade = cpmm.buy if buying else cpmm.sell
            pools[order.market], fill = trade(pools[order.market], order.outcome, order.quantity, terms.fee_bps)
            points[order.trader] += -fill.amount if buying else fill.amount
            shares[held] += fill.shares if buying else -fill.shares
    return refused, pools


@pytest.mark.timeout(300)  # a whole history, perhaps on a busy machine
@pytest.mark.skipif(not REAL_FLOWS.is_dir(), reason=f"no real order flows in {REAL_FLOWS}")
@pytest.mark.parametrize("name", ["replication-markets", "midterms-2022"])
async def test_a_real_flow(exchange: Container, name: str) -> None:
    flow, terms = read_flow(REAL_FLOWS / name), Terms(100 * POINT, 10_000 * POINT, 200)
    report, _ = await Replay(exchange, flow, terms, Watch(Console(file=StringIO())))()
    refused, pools = refusals_and_pools(flow, terms)
    assert report.refused == refused
    assert report.filled == report.turnover.trades == report.orders - refused.total()
    assert report.brier == brier_score(
        [
            Ending(MarketId(uuid4()), Status.RESOLVED, market.outcome, pools[slug])
            for slug, market in flow.markets.items()
        ]
    )
