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
from adapters.embedded.valkey import EmbeddedValkey
from entrypoints.bench import audit, pricing
from entrypoints.bench.exchange import prepare
from entrypoints.bench.figures import Figures
from entrypoints.bench.http.scenarios import http_scenarios, http_settings_on
from entrypoints.bench.http.table import http_table, mark
from entrypoints.bench.jobs.table import job_table
from entrypoints.bench.rounds import in_rounds
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
from entrypoints.settings import Settings

LONGEST_ALONE = 1.5
"""How much longer one client alone may wait for the desk than for the plain path."""


@app.command()
def bench(
    seconds: Annotated[int, typer.Option(min=1, max=600, help="Length of each measurement.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Measurements of each scenario; the median counts.")] = 3,
    audit_rows: Annotated[int, typer.Option(min=0, help="Length of the history to audit; 0 for none.")] = 1_000_000,
    *,
    desk: Annotated[bool, typer.Option(help="Measure the trading desk.")] = True,
    http: Annotated[bool, typer.Option(help="Measure the HTTP API.")] = True,
    jobs: Annotated[bool, typer.Option(help="Measure background jobs.")] = True,
) -> None:
    """Measure the trading desk, the domain, the audit, the HTTP API and background jobs on servers of their own."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="presage-bench-") as folder:
        if desk:
            with EmbeddedPostgres(Path(folder) / "postgres") as server:
                console.print(_table(*complete(_measure(server, seconds, rounds, console))))
                console.print(f"Domain: buy {pricing.buys():,.0f}/s, sell {pricing.sells():,.0f}/s")
                if audit_rows:
                    _audit(server, audit_rows, console)
        if http:
            with EmbeddedPostgres(Path(folder) / "http") as server, EmbeddedValkey(Path(folder) / "valkey") as valkey:
                console.print(complete(_over_http(http_settings_on(server, valkey), seconds, rounds, console)))
        if jobs:
            with EmbeddedPostgres(Path(folder) / "jobs") as server, EmbeddedValkey(Path(folder) / "wakes") as valkey:
                console.print(complete(_of_jobs(http_settings_on(server, valkey), console)))


async def _measure(
    server: EmbeddedPostgres, seconds: int, rounds: int, console: Console
) -> tuple[list[Scenario], dict[str, Figures]]:
    async with container(settings_on(server)) as exchange, scenarios(server, exchange) as listed:
        return listed, await in_rounds(listed, seconds, rounds, console)


async def _over_http(settings: Settings, seconds: int, rounds: int, console: Console) -> Table:
    async with container(settings) as exchange:
        scene = await prepare(exchange)
        async with http_scenarios(exchange, scene) as listed:
            return http_table(listed, await in_rounds(listed, seconds, rounds, console))


async def _of_jobs(settings: Settings, console: Console) -> Table:
    async with container(settings) as exchange:
        return await job_table(exchange, settings, console)


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
        wanted = "" if scenario.floor is None else f"{mark(ratio >= scenario.floor)} ≥ {scenario.floor:g}"
        table.add_row(
            scenario.name, f"{figures.rate:,.0f}", f"{figures.p50:.1f}", f"{figures.p99:.1f}", f"{ratio:.1f}", wanted
        )
    alone = found[DESK_ALONE].p50 / found[PLAIN_ALONE].p50
    few = found[DESK_FEW].p50 / found[PLAIN].p50
    table.add_section()
    table.add_row("p50, 1 client: desk / plain", "", "", "", f"{alone:.2f}", f"{mark(alone <= LONGEST_ALONE)} ≤ 1.5")
    table.add_row("p50, 32 clients: desk / plain", "", "", "", f"{few:.2f}", f"{mark(few < 1)} < 1")
    return table
