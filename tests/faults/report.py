"""Everything that is checked at the end of every scenario, and the figures that it reached."""

from dataclasses import dataclass

from tests.faults.bank import Bank
from tests.faults.checks import Comparison, compare, lowered_k, summed_up
from tests.faults.load import Load
from tests.faults.world import World

Figures = dict[str, int | float]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by name, in the order in which they are told; and what was found wrong."""

    figures: Figures
    comparison: Comparison
    findings: list[str]


async def report(figures: Figures, place: World, load: Load, bank: Bank) -> Report:
    """Check the world that clients and bank have left; the figures are told first."""
    ledger, log = await place.ledger(), load.log
    comparison = compare(log, ledger)
    findings = [
        *comparison.findings,
        *summed_up("uneven snapshots", bank.findings),
        *summed_up("trades lowered k", lowered_k(ledger)),
        *summed_up("audit differences", await place.audit()),
    ]
    told: Figures = {
        "trades acknowledged": log.filled,
        "orders refused": len(log.refusals),
        "retries": log.retries,
        "learnt by retry": log.learnt_late,
        "longest silence, s": round(log.longest_silence, 2),
        "snapshots": bank.snapshots,
    }
    return Report(figures | told, comparison, findings)
