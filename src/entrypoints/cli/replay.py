"""`presage replay`: put a recorded order flow through real markets."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.shared.money import MAX_AMOUNT, POINT
from domain.trading.market import MAX_FEE_BPS
from entrypoints.cli import audit
from entrypoints.cli.app import app
from entrypoints.loop import complete
from entrypoints.replay.flow import Flow, read_flow
from entrypoints.replay.names import Terms
from entrypoints.replay.render import render
from entrypoints.replay.run import Replay
from entrypoints.replay.watch import Watch
from entrypoints.runtime import container, servers
from entrypoints.settings import Settings

LIQUIDITY = 100
POINTS = 10_000
FEE_BPS = 200

_MOST = MAX_AMOUNT // POINT


@app.command()
def replay(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Holds orders.csv and outcomes.csv.")
    ],
    *,
    liquidity: Annotated[int, typer.Option(min=1, max=_MOST, help="Points that open each market.")] = LIQUIDITY,
    points: Annotated[int, typer.Option(min=1, max=_MOST, help="Points that each trader gets.")] = POINTS,
    fee_bps: Annotated[int, typer.Option(min=0, max=MAX_FEE_BPS, help="Trading fee in basis points.")] = FEE_BPS,
) -> None:
    """Put an order flow through markets, settle them, audit; killed and started again, it goes on."""
    flow = read_flow(folder)
    with servers(Settings()) as settings:
        clean = complete(_replay(settings, flow, Terms(liquidity * POINT, points * POINT, fee_bps)))
    raise typer.Exit(0 if clean else 1)


async def _replay(settings: Settings, flow: Flow, terms: Terms) -> bool:
    """Whether the audit at the end found nothing."""
    console = Console()
    async with container(settings) as exchange:
        report, pace = await Replay(exchange, flow, terms, Watch(console))()
        render(console, flow, report, pace)
        with audit.progress() as advance:
            found = await exchange.audit()(advance)
    audit.render(console, found)
    return found.clean
