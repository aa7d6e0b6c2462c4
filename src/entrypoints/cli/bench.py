"""`presage bench`: the trading desk against one transaction per trade, on a server of its own."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from adapters.embedded.postgres import EmbeddedPostgres
from entrypoints.bench import audit, pricing
from entrypoints.bench.figures import Figures, middle
from entrypoints.bench.scenarios import (
    CEILING,
    DESK_ALONE,
    DESK_FEW,
    PLAIN,
    PLAIN_ALONE,
    Scenario,
    scenarios,
    settings_on,
)
from entrypoints.cli.app import app
from entrypoints.loop import complete
from entrypoints.runtime import container

WARM_UP = 1.0
LONGEST_ALONE = 1.5
"""How much longer one client alone may wait for the desk than for the plain path."""


@app.command()
def bench(
    seconds: Annotated[int, typer.Option(min=1, max=600, help="Length of each measurement.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Measurements of each scenario; the median counts.")] = 3,
    audit_rows: Annotated[int, typer.Option(min=0, help="Length of the history to audit; 0 for none.")] = 1_000_000,
) -> None:
    """Measure the trading desk, the domain and the audit on a server of their own."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="presage-bench-") as folder, EmbeddedPostgres(Path(folder)) as server:
        console.print(_table(*complete(_measure(server, seconds, rounds, console))))
        console.print(f"Domain: buy {pricing.buys():,.0f}/s, sell {pricing.sells():,.0f}/s")
        if audit_rows:
            _audit(server, audit_rows, console)


async def _measure(
    server: EmbeddedPostgres, seconds: int, rounds: int, console: Console
) -> tuple[list[Scenario], dict[str, Figures]]:
    """Each scenario once a round, in turn, so that a drift of the machine touches all alike."""
    async with container(settings_on(server)) as exchange, scenarios(server, exchange) as listed:
        found: dict[str, list[Figures]] = {scenario.name: [] for scenario in listed}
        with Progress(console=console, auto_refresh=False) as progress:  # no thread beside what is measured
            task = progress.add_task("Measuring", total=len(listed) * (rounds + 1))
            for length in [WARM_UP] + [float(seconds)] * rounds:
                for scenario in listed:
                    progress.update(task, description=scenario.name, refresh=True)
                    figures = await scenario.run(length)
                    if length != WARM_UP or seconds == WARM_UP:
                        found[scenario.name].append(figures)
                    progress.advance(task)
    return listed, {name: middle(each) for name, each in found.items()}


def _audit(server: EmbeddedPostgres, rows: int, console: Console) -> None:
    with Progress(console=console) as progress:
        task = progress.add_task(f"Writing a history of {rows:,} entries", total=rows)
        url = complete(audit.prepare(server, rows, lambda entries: progress.advance(task, entries)))
    with console.status("Auditing it"):
        figures = audit.run(url)
    verdict = "clean" if figures.clean else "NOT CLEAN"
    console.print(f"Audit of {rows:,} entries: {figures.seconds:.0f} s, at most {figures.megabytes:.0f} MB, {verdict}")


def _table(listed: list[Scenario], found: Mapping[str, Figures]) -> Table:
    table = Table(title="fsync = on, synchronous_commit = on")
    for heading in ("scenario", "trades/s", "p50 ms", "p99 ms", "ratio to (a)", "to reach"):
        table.add_column(heading, justify="left" if heading == "scenario" else "right")
    for scenario in listed:
        figures = found[scenario.name]
        ratio = figures.rate / found[CEILING].rate
        wanted = "" if scenario.floor is None else f"{_mark(ratio >= scenario.floor)} ≥ {scenario.floor:g}"
        table.add_row(
            scenario.name, f"{figures.rate:,.0f}", f"{figures.p50:.1f}", f"{figures.p99:.1f}", f"{ratio:.1f}", wanted
        )
    alone = found[DESK_ALONE].p50 / found[PLAIN_ALONE].p50
    few = found[DESK_FEW].p50 / found[PLAIN].p50
    table.add_section()
    table.add_row("p50, 1 client: desk / plain", "", "", "", f"{alone:.2f}", f"{_mark(alone <= LONGEST_ALONE)} ≤ 1.5")
    table.add_row("p50, 32 clients: desk / plain", "", "", "", f"{few:.2f}", f"{_mark(few < 1)} < 1")
    return table


def _mark(reached: bool) -> str:
    return "✓" if reached else "✗"
