"""`python -m tests.faults.run`: the long form of the fault tests, with every figure that it reaches.

Exit status 1 where a check found something, or did not find what was planted for it.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from adapters.embedded.postgres import EmbeddedPostgres
from tests.faults.nursery import Nursery
from tests.faults.report import Report
from tests.faults.scenarios import Ground, contended, dropped, killed, misrounded, unlogged

TOLD_WHEN_ZERO = {"deadlocks"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something to do, and what a check has to find afterwards where a fault was planted for it."""

    name: str
    play: Callable[[Ground], Awaitable[Report]]
    planted: str = ""

    def passed(self, report: Report) -> bool:
        """Whether the checks found what they had to, and nothing where nothing was planted."""
        if self.planted:
            return any(self.planted in finding for finding in report.findings)
        return not report.findings


def scenarios(kills: int, orders: int) -> list[Scenario]:
    """All of them, at full length."""
    return [
        Scenario("Servers killed in random order", lambda ground: killed(ground, kills)),
        Scenario("Acknowledgements dropped (5 %)", lambda ground: dropped(ground, orders)),
        Scenario("16 writers, locks in order", lambda ground: contended(ground, orders)),
        Scenario("Planted: no idempotency keys", lambda ground: dropped(ground, 1_000, fresh_keys=True), "doubled"),
        Scenario("Planted: locks in no order", lambda ground: contended(ground, 400, unordered=True), "deadlocks"),
        Scenario("Planted: rounded for traders", lambda ground: misrounded(ground, 10), "lowered k"),
        Scenario("Planted: unlogged commits", lambda ground: unlogged(ground, 5), "lost"),
    ]


def main(
    *,
    kills: Annotated[int, typer.Option(min=1, max=10_000, help="How often to kill a server.")] = 200,
    orders: Annotated[int, typer.Option(min=100, max=1_000_000, help="Orders where nothing is killed.")] = 14_000,
    seed: Annotated[int | None, typer.Option(help="Of every choice; if left out, another one every time.")] = None,
) -> None:
    """Kill servers and processes under load, drop acknowledgements, plant faults; then check everything."""
    console = Console(highlight=False)
    chosen = random.SystemRandom().randrange(2**32) if seed is None else seed
    console.print(f"Seed {chosen}")
    played = asyncio.run(_play(scenarios(kills, orders), chosen, console))
    console.print(_table(played))
    failed = [(scenario, report) for scenario, report in played if not scenario.passed(report)]
    for scenario, report in failed:
        console.print(f"{scenario.name}: {'; '.join(report.findings) or 'blind'}", style="red", markup=False)
    sys.exit(bool(failed))


async def _play(chosen: list[Scenario], seed: int, console: Console) -> list[tuple[Scenario, Report]]:
    played = []
    with (
        tempfile.TemporaryDirectory(prefix="presage-faults-", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as postgres,
        Nursery(Path(folder) / "desks.log") as nursery,
    ):
        for scenario in chosen:
            started = time.monotonic()
            report = await scenario.play(Ground(postgres, nursery, seed, partial(_tell, console, scenario)))
            _tell(console, scenario, f"done in {time.monotonic() - started:.0f} s")
            played.append((scenario, report))
    return played


def _tell(console: Console, scenario: Scenario, news: str) -> None:
    console.print(f"{scenario.name}: {news}")


def _table(played: list[tuple[Scenario, Report]]) -> Table:
    table = Table(title="Proof by faults", title_justify="left")
    table.add_column("Scenario", no_wrap=True)
    table.add_column("Figure", no_wrap=True)
    table.add_column("Reached", justify="right")
    for scenario, report in played:
        name = scenario.name
        for figure, reached in report.figures.items():
            if reached or figure in TOLD_WHEN_ZERO:
                table.add_row(name, figure, f"{reached:,}")
                name = ""
        colour = "green" if scenario.passed(report) else "red"
        found = "\n".join(finding.partition(":")[0] for finding in report.findings) or "nothing"
        table.add_row("", "found", f"[{colour}]{found}[/]", end_section=True)
    return table


if __name__ == "__main__":
    typer.run(main)
