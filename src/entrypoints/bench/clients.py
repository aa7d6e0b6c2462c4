"""Closed-loop load: clients that each trade again as soon as they are answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from random import Random
from uuid import uuid4

from application.shared.ports import Clock
from application.trading.execute_orders import Placed, execute_orders
from application.trading.ports import TradingTransactions
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy, Order, Sell
from entrypoints.bench.figures import Figures, figures

Place = Callable[[Order], Awaitable[Placed]]

ROUND = tuple(trade for outcome in Outcome for trade in (Buy(outcome, POINT // 10), Sell(outcome, POINT // 20)))
"""What a client does on every market, over and over; each sale gives up less than the purchase before it brought."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain way to trade: one transaction per trade, otherwise the same code."""

    transactions: TradingTransactions
    clock: Clock

    async def place(self, order: Order) -> Placed:
        """Execute an order in a transaction of its own."""
        async with self.transactions() as transaction:
            (answer,) = await execute_orders(transaction, [order], self.clock)
            await transaction.commit()
        if isinstance(answer, Placed):
            return answer
        raise answer


async def run(place: Place, traders: Sequence[UserId], markets: Sequence[MarketId], seconds: float) -> Figures:
    """One client for each trader, on markets in an order drawn by lot for each."""
    latencies: list[float] = []
    clients = [(trader, Random(trader.int).sample(markets, len(markets)), uuid4().hex[:8]) for trader in traders]
    started = time.perf_counter()
    until = started + seconds
    await asyncio.gather(*(_trade(place, *client, until, latencies) for client in clients))
    return figures(latencies, time.perf_counter() - started)


async def _trade(
    place: Place, trader: UserId, markets: Sequence[MarketId], session: str, until: float, latencies: list[float]
) -> None:
    for number, (instruction, market) in enumerate(cycle(product(ROUND, markets))):
        sent = time.perf_counter()
        if sent >= until:
            return
        await place(Order(trader, market, f"{session}-{number}", instruction))
        latencies.append(time.perf_counter() - sent)
