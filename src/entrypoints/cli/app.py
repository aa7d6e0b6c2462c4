"""Commands by name; an error that a user can mend is one line on standard error and exit status 1."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer
import uvloop
from rich.console import Console

from adapters.postgres.engine import NotDurable
from domain.shared.errors import PresageError

T = TypeVar("T")

app = typer.Typer(
    name="presage", help="A prediction-market exchange for points.", no_args_is_help=True, add_completion=False
)


def complete(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a fast event loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def run() -> int:
    """Run the command that the arguments name; its exit status."""
    from entrypoints.cli import commands  # noqa: F401, PLC0415 - registers the commands on `app`

    try:
        app()
    except (PresageError, NotDurable) as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", highlight=False)
        return 1
    return 0
