"""Closed-loop load: clients that each trade again as soon as they are answered."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
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
STAKE = POINT // 10


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
    """One client for each trader, on markets chosen at random."""
    latencies: list[float] = []
    started = time.perf_counter()
    until = started + seconds
    await asyncio.gather(*(_trade(place, trader, markets, until, latencies) for trader in traders))
    return figures(latencies, time.perf_counter() - started)


async def _trade(
    place: Place, trader: UserId, markets: Sequence[MarketId], until: float, latencies: list[float]
) -> None:
    """Buy, and sell half of what is held about as often."""
    chance, session, held = random.Random(trader.int), uuid4().hex, dict.fromkeys(markets, 0)
    trades = 0
    while (sent := time.perf_counter()) < until:
        market = chance.choice(markets)
        selling = held[market] > STAKE and chance.random() < 0.5  # noqa: PLR2004 - evenly
        instruction = Sell(Outcome.YES, held[market] // 2) if selling else Buy(Outcome.YES, STAKE)
        placed = await place(Order(trader, market, f"{session}-{trades}", instruction))
        latencies.append(time.perf_counter() - sent)
        held[market] = placed.entry.yes_after
        trades += 1
