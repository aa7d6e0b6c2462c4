"""`presage audit`: prove that every figure is what the ledger and the grants make it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from adapters.postgres.migrate import is_current
from application.trading import audit as use_case
from application.trading.findings import AuditReport, Check, Checked
from domain.shared.errors import Conflict
from domain.shared.money import POINT
from entrypoints.audit_helpers import helpers
from entrypoints.cli.app import app
from entrypoints.loop import complete
from entrypoints.runtime import container, servers
from entrypoints.settings import Settings

_MEANING = {
    Check.ENTRIES: "the same when made again",
    Check.MARKETS: "as rebuilt, every share backed",
    Check.HOLDINGS: "as rebuilt",
    Check.KEYS: "each answered once",
    Check.ACCOUNTS: "balance = grants + entries",
    Check.POINTS: "none created, none lost",
}


PROCESSES = 2
"""Each takes about 90 MB."""


@app.command()
def audit(
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the work.")] = PROCESSES,
) -> None:
    """Prove every balance, holding and pool from the ledger, beside trading; exit status 1 where one is wrong."""
    with servers(Settings()) as settings:
        report = complete(_audit(settings, processes))
    render(Console(), report)
    raise typer.Exit(0 if report.clean else 1)


async def _audit(settings: Settings, processes: int) -> AuditReport:
    async with container(settings, migrate=False) as exchange:
        if not await is_current(exchange.engine()):
            raise Conflict("SCHEMA_NOT_CURRENT", "The database is of another version; run `presage migrate` first.")
        assert settings.database_url is not None
        with helpers(settings.database_url, processes - 1) as others, progress() as advance:
            return await replace(exchange.audit(), helpers=others)(advance)


@contextmanager
def progress() -> Iterator[use_case.Progress]:
    """A bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = TextColumn("Ledger entries"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("audit", total=None)
        yield lambda done, total: bar.update(task, advance=done, total=total)


def render(console: Console, report: AuditReport) -> None:
    """The checks as a table, then every difference that the report names."""
    table = Table("Checked", "Number", "What must hold", "Result", box=SIMPLE_HEAD)
    table.columns[1].justify = "right"
    for checked in report.checks:
        table.add_row(checked.check.capitalize(), _count(checked), _MEANING[checked.check], _result(checked))
    console.print(table)
    for difference in report.differences:
        console.print(str(difference), style="red", highlight=False, markup=False, soft_wrap=True)
    unnamed = report.found - len(report.differences)
    if unnamed:
        console.print(f"and {unnamed:,} more", style="red", highlight=False)


def _count(checked: Checked) -> str:
    if checked.check is not Check.POINTS:
        return f"{checked.count:,}"
    points, rest = divmod(checked.count, POINT)
    return f"{points:,}.{rest:06}"


def _result(checked: Checked) -> str:
    if not checked.found:
        return "[green]ok[/green]"
    return f"[red]{checked.found:,} {'difference' if checked.found == 1 else 'differences'}[/red]"
