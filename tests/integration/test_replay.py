"""Replaying an order flow on a real PostgreSQL: worked by hand, repeated, beside others."""

import asyncio
from io import StringIO
from pathlib import Path

from rich.console import Console

from adapters.embedded.postgres import EmbeddedPostgres
from application.trading.summaries import Turnover
from domain.shared.money import POINT
from entrypoints.container import Container
from entrypoints.replay.flow import read_flow
from entrypoints.replay.names import Terms
from entrypoints.replay.render import render
from entrypoints.replay.report import Report, Standing
from entrypoints.replay.run import Replay
from entrypoints.replay.watch import Watch
from tests.integration.replayed import ORDERS, TERMS, flow_in, random_flow, replay, rows_in, small_groups
from tests.support import fresh_database


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
