"""Draws what a replay came to."""

from decimal import Decimal
from itertools import zip_longest

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from entrypoints.replay.flow import Flow
from entrypoints.replay.report import Report, Standing
from entrypoints.replay.run import Pace

_NAME_WIDTH = 24


def render(console: Console, flow: Flow, report: Report, pace: Pace) -> None:
    """Print the numbers, then the traders at either end."""
    console.print(_numbers(flow, report, pace))
    console.print(_traders(report))


def _numbers(flow: Flow, report: Report, pace: Pace) -> Table:
    table = Table(title=f"Replay of {flow.name}", title_justify="left", show_header=False, box=SIMPLE_HEAD)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("Orders", f"{report.orders:,}")
    table.add_row("  filled", f"{report.filled:,}")
    for code, count in report.refused.items():
        table.add_row(f"  refused {code}", f"{count:,}")
    table.add_row("Traders", f"{report.traders:,}")
    table.add_section()
    table.add_row("Volume", _points(report.turnover.volume))
    table.add_row("Fees to the vault", _points(report.turnover.vault_fees))
    table.add_row("Fees to liquidity providers", _points(report.turnover.lp_fees))
    table.add_row("Treasury's profit, fees included", _points(report.treasury_profit))
    table.add_section()
    for ending, count in sorted(report.markets.items()):
        table.add_row(f"Markets {_ENDINGS.get(ending, ending.lower())}", f"{count:,}")
    table.add_row("Brier score of last prices (coin: 0.25)", "-" if report.brier is None else f"{report.brier:.4f}")
    table.add_section()
    table.add_row("Time of this run", f"{pace.seconds:,.1f} s")
    table.add_row("Trades of this run", f"{pace.trades:,}")
    table.add_row("Trades per second", f"{pace.a_second:,.0f}" if pace.trades else "-")
    return table


_ENDINGS = {"YES": "resolved YES", "NO": "resolved NO"}


def _traders(report: Report) -> Table:
    table = Table(title="Traders by profit, in points", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Best", max_width=_NAME_WIDTH, no_wrap=True)
    table.add_column("Profit", justify="right")
    table.add_column("Worst", max_width=_NAME_WIDTH, no_wrap=True)
    table.add_column("Profit", justify="right")
    for best, worst in zip_longest(report.best, report.worst):
        table.add_row(*_cells(best), *_cells(worst))
    return table


def _cells(standing: Standing | None) -> tuple[str, str]:
    return (standing.trader, _points(standing.profit)) if standing else ("", "")


def _points(micro: int) -> str:
    return f"{Decimal(micro).scaleb(-6):,.2f}"
