"""What was measured over HTTP, as a table."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from entrypoints.bench.figures import Figures
from entrypoints.bench.http.scenarios import CONNECTIONS, HEALTH, HttpScenario

LONGEST_HEALTH_MS = 100


def http_table(listed: Sequence[HttpScenario], found: Mapping[str, Figures]) -> Table:
    """One row for each scenario, with the ratios that are to be reached."""
    table = Table(title=f"Over HTTP, {CONNECTIONS} connections, load generator in a process beside the server")
    for heading in ("scenario", "requests/s", "orders/s", "p50 ms", "p99 ms", "ratio", "to reach"):
        table.add_column(heading, justify="left" if heading == "scenario" else "right")
    each = {scenario.name: scenario.each for scenario in listed}
    for scenario in listed:
        figures = found[scenario.name]
        orders = figures.rate * scenario.each
        ratio = orders / (found[scenario.of].rate * each[scenario.of]) if scenario.of else None
        table.add_row(
            scenario.name,
            f"{figures.rate:,.0f}",
            f"{orders:,.0f}",
            f"{figures.p50:.1f}",
            f"{figures.p99:.1f}",
            "" if ratio is None else f"{ratio:.2f}",
            _wanted(scenario, ratio, figures),
        )
    return table


def _wanted(scenario: HttpScenario, ratio: float | None, figures: Figures) -> str:
    if scenario.name == HEALTH:
        return f"{mark(figures.p99 < LONGEST_HEALTH_MS)} < {LONGEST_HEALTH_MS} ms"
    return "" if ratio is None else f"{mark(ratio >= scenario.floor)} ≥ {scenario.floor:g}"


def mark(reached: bool) -> str:
    """Whether a figure is as it should be."""
    return "✓" if reached else "✗"
