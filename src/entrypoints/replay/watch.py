"""How far a replay has come: bars on a terminal, now and then a line elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[int, str], None]
"""Takes how many more are done, and a note on the pace."""

LINE_EVERY = 2.0
"""Seconds between two lines."""


class Watch:
    """Shows one phase after another."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def phase(self, name: str, total: int) -> Iterator[Advance]:
        """Show a phase of `total` steps."""
        if self._console.is_terminal:
            with _bars(self._console) as bars:
                task = bars.add_task(name, total=total, note="")
                yield lambda done, note: bars.update(task, advance=done, note=note)
        else:
            yield self._lines(name, total)

    def _lines(self, name: str, total: int) -> Advance:
        completed, last = 0, monotonic()

        def advance(done: int, note: str) -> None:
            nonlocal completed, last
            completed += done
            if completed == total or monotonic() - last >= LINE_EVERY:
                self._console.print(f"{name} {completed:,} of {total:,} {note}".rstrip(), highlight=False)
                last = monotonic()

        return advance


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<8}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
    )
