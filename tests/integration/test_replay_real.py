"""Real order flows, where they are to be had, against the market maker alone."""

import os
from collections import Counter
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from rich.console import Console

from application.trading.summaries import Ending, brier_score
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from domain.trading import cpmm
from domain.trading.cpmm import Pool
from domain.trading.market import Status
from domain.trading.orders import Buy
from entrypoints.container import Container
from entrypoints.replay.flow import Flow, read_flow
from entrypoints.replay.names import Terms
from entrypoints.replay.run import Replay
from entrypoints.replay.watch import Watch

REAL_FLOWS = Path(os.environ.get("PRESAGE_ORDERFLOW", Path(__file__).parents[3] / "shared" / "data" / "orderflow"))


def refusals_and_pools(flow: Flow, terms: Terms) -> tuple[Counter[str], dict[str, Pool]]:
    """What the orders of a flow come to by the market maker alone, on nothing but dictionaries."""
    pools = dict.fromkeys(flow.markets, Pool(terms.liquidity, terms.liquidity))
    points, shares, refused = dict.fromkeys(flow.traders, terms.points), Counter[tuple[str, str, str]](), Counter[str]()
    for order in flow.orders:
        buying, held = order.form is Buy, (order.trader, order.market, order.outcome)
        if order.quantity == 0:
            refused["AMOUNT_OUT_OF_BOUNDS"] += 1
        elif buying and order.quantity > points[order.trader]:
            refused["INSUFFICIENT_POINTS"] += 1
        elif not buying and order.quantity > shares[held]:
            refused["INSUFFICIENT_SHARES"] += 1
        else:
            trade = cpmm.buy if buying else cpmm.sell
            pools[order.market], fill = trade(pools[order.market], order.outcome, order.quantity, terms.fee_bps)
            points[order.trader] += -fill.amount if buying else fill.amount
            shares[held] += fill.shares if buying else -fill.shares
    return refused, pools


@pytest.mark.timeout(300)  # a whole history, perhaps on a busy machine
@pytest.mark.skipif(not REAL_FLOWS.is_dir(), reason=f"no real order flows in {REAL_FLOWS}")
@pytest.mark.parametrize("name", ["replication-markets", "midterms-2022"])
async def test_a_real_flow(exchange: Container, name: str) -> None:
    flow, terms = read_flow(REAL_FLOWS / name), Terms(100 * POINT, 10_000 * POINT, 200)
    report, _ = await Replay(exchange, flow, terms, Watch(Console(file=StringIO())))()
    refused, pools = refusals_and_pools(flow, terms)
    assert report.refused == refused
    assert report.filled == report.turnover.trades == report.orders - refused.total()
    assert report.brier == brier_score(
        [
            Ending(MarketId(uuid4()), Status.RESOLVED, market.outcome, pools[slug])
            for slug, market in flow.markets.items()
        ]
    )
