"""Scenarios measured in turn, over several rounds."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from rich.console import Console
from rich.progress import Progress

from entrypoints.bench.figures import Figures, middle

WARM_UP = 1.0


class Measured(Protocol):
    """A scenario by its name, and how to run it for some seconds."""

    @property
    def name(self) -> str: ...
    @property
    def run(self) -> Callable[[float], Awaitable[Figures]]: ...


async def in_rounds(listed: Sequence[Measured], seconds: int, rounds: int, console: Console) -> dict[str, Figures]:
    """Each scenario once a round, in turn, so that a drift of the machine touches all alike; the medians."""
    found: dict[str, list[Figures]] = {scenario.name: [] for scenario in listed}
    with Progress(console=console, auto_refresh=False) as progress:  # no thread beside what is measured
        task = progress.add_task("Measuring", total=len(listed) * (rounds + 1))
        for number in range(rounds + 1):
            for scenario in listed:
                progress.update(task, description=scenario.name, refresh=True)
                figures = await scenario.run(seconds if number else WARM_UP)
                if number:
                    found[scenario.name].append(figures)
                progress.advance(task)
    return {name: middle(each) for name, each in found.items()}
