"""`presage healthcheck`: look at everything that an exchange needs."""

import json
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.http.server import url_at
from application.shared.checks import Checked, CheckReport, Finding, Grade
from entrypoints.cli.app import app
from entrypoints.healthcheck import healthcheck as check
from entrypoints.loop import complete
from entrypoints.runtime import servers
from entrypoints.secret_file import with_secret
from entrypoints.settings import Settings

_ICONS = {Grade.HEALTHY: "✓", Grade.WARNING: "⚠", Grade.CRITICAL: "✗"}
_STYLES = {Grade.HEALTHY: "green", Grade.WARNING: "yellow", Grade.CRITICAL: "red"}


@app.command()
def healthcheck(
    url: Annotated[str | None, typer.Option(help="Where the API is.", show_default="PRESAGE_HOST and _PORT")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Look at everything that the exchange needs; exit status 1 where something is critical."""
    given = Settings()
    with servers(given, redis=given.database_url is None) as settings:
        own = with_secret(settings) if given.database_url is None else settings
        report = complete(check(own, url or url_at(settings.host, settings.port)))
    if as_json:
        typer.echo(json.dumps(plain(report), ensure_ascii=False, indent=2))
    else:
        render(Console(), report)
    raise typer.Exit(1 if report.grade is Grade.CRITICAL else 0)


def render(console: Console, report: CheckReport) -> None:
    """The checks as a table, each with its particulars, and the sum of them."""
    table = Table("", "Check", "Found", "Took", box=SIMPLE_HEAD)
    table.columns[1].no_wrap = True
    table.columns[3].justify = "right"
    for checked in report.checks:
        grade = checked.finding.grade
        icon = Text(_ICONS[grade], _STYLES[grade])
        table.add_row(icon, checked.name, _told(checked.finding), f"{checked.seconds * 1000:,.0f} ms")
    console.print(table)
    counts = ", ".join(f"{report.count(grade)} {grade}" for grade in Grade)
    console.print(Text(f"{_ICONS[report.grade]} {report.grade}: {counts}", _STYLES[report.grade]))


def plain(report: CheckReport) -> dict[str, Any]:
    """The report as JSON has it."""
    return {
        "status": report.grade,
        "summary": {grade: report.count(grade) for grade in Grade},
        "checks": [_plain(checked) for checked in report.checks],
    }


def _told(finding: Finding) -> Text:
    told = Text(finding.text)
    for detail in finding.details:
        told.append(f"\n{detail}", "dim")
    return told


def _plain(checked: Checked) -> dict[str, Any]:
    finding = checked.finding
    return {
        "name": checked.name,
        "status": finding.grade,
        "message": finding.text,
        "details": list(finding.details),
        "latencyMs": round(checked.seconds * 1000, 3),
    }
