"""What a scenario measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figures:
    """Trades a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


def figures(latencies: Sequence[float], seconds: float) -> Figures:
    """From the latency of every trade, in seconds, and the time that all took."""
    ordered = sorted(latencies)
    return Figures(
        rate=len(ordered) / seconds,
        p50=ordered[len(ordered) // 2] * 1000,
        p99=ordered[len(ordered) * 99 // 100] * 1000,
    )


def middle(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure over several rounds."""
    return Figures(
        rate=median(each.rate for each in rounds),
        p50=median(each.p50 for each in rounds),
        p99=median(each.p99 for each in rounds),
    )
