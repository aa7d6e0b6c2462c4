"""`presage seed`: found the treasury and add the demo's markets."""

from typing import Annotated

import typer
from rich.console import Console

from entrypoints.cli.app import app
from entrypoints.loop import complete
from entrypoints.runtime import container, servers
from entrypoints.settings import Settings


@app.command()
def seed(*, demo: Annotated[bool, typer.Option(help="Also add three markets to try.")] = True) -> None:
    """Found the treasury and, unless --no-demo, add markets to try; adds nothing twice."""
    with servers(Settings()) as settings:
        complete(_seed(settings, demo=demo))


async def _seed(settings: Settings, *, demo: bool) -> None:
    console = Console()
    async with container(settings) as exchange:
        seeding = exchange.seed()
        if not demo:
            console.print(f"Treasury {await seeding.treasury()}")
            return
        for market_id in await seeding.demo():
            console.print(f"Market   {market_id}")
