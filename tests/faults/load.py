"""Clients that trade at random, and send every order until it is answered."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from domain.trading.cpmm import Outcome
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.faults.line import Line
from tests.faults.log import Log
from tests.faults.wire import NotNow, dump_order, load_answer
from tests.faults.world import World

PATIENCE_S = 90.0
"""How long a client insists on an answer; then the order counts as unanswered."""

RETRY_PAUSE_S = 0.05
THINKING_S = 0.01
LARGEST = 5_000_000
"""Micro-units that one order names at most."""


class Load:
    """Several clients over the desks that listen on `sockets`, each with one order at a time.

    With `fresh_keys` a client gives every try a key of its own, as one without idempotency does.
    """

    def __init__(
        self, world: World, sockets: Sequence[str], seed: int, *, clients: int = 24, fresh_keys: bool = False
    ) -> None:
        self.log = Log()
        self._world = world
        self._sockets = sockets
        self._seed = seed
        self._clients = clients
        self._fresh_keys = fresh_keys
        self._stopping = False

    async def run(self, orders: int | None = None) -> None:
        """Trade until so many orders are placed or `stop` is called; return when each is answered or given up."""
        numbers = iter(count() if orders is None else range(orders))
        async with asyncio.TaskGroup() as group:
            for client in range(self._clients):
                group.create_task(self._trade(random.Random(f"{self._seed} {client}"), client, numbers))

    def stop(self) -> None:
        """Place no more orders."""
        self._stopping = True

    async def ask_again(self, orders: int) -> None:
        """Repeat that many answered orders; the log sees whether the answers are the same."""
        chance = random.Random(self._seed)
        known = sorted(self.log.receipts.keys() | self.log.refusals.keys())
        line = Line(self._sockets, chance)
        try:
            for name in chance.sample(known, min(orders, len(known))):
                await self._settle(self.log.orders[name], line, chance)
        finally:
            await line.close()

    async def _trade(self, chance: random.Random, client: int, numbers: Iterator[int]) -> None:
        line = Line(self._sockets, chance)
        try:
            for number in numbers:
                if self._stopping:
                    return
                await self._settle(self._order(chance, f"{client}-{number}"), line, chance)
                await asyncio.sleep(chance.random() * THINKING_S)
        finally:
            await line.close()

    def _order(self, chance: random.Random, name: str) -> Order:
        market, trader = chance.choice(self._world.markets), chance.choice(self._world.traders)
        order = self.log.orders[name] = Order(trader, market, name, random_instruction(chance))
        return order

    async def _settle(self, order: Order, line: Line, chance: random.Random) -> None:
        """Send an order until it is answered."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not await self._try(order, line):
                    self.log.retries += 1
                    await asyncio.sleep(chance.random() * RETRY_PAUSE_S)
        except TimeoutError:
            return  # the log counts it as unanswered

    async def _try(self, order: Order, line: Line) -> bool:
        key = f"{order.key}.{self.log.retries}" if self._fresh_keys else order.key
        said = await line.ask(dump_order(replace(order, key=key)))
        if said is None or isinstance(answer := load_answer(said), NotNow):
            return False
        self.log.answered(order.key, answer)
        return True


def random_instruction(chance: random.Random) -> Instruction:
    """Something to ask of a market; about one in five is refused, for lack of shares."""
    outcome, amount = chance.choice(list(Outcome)), chance.randint(1, LARGEST)
    kinds: dict[Instruction, int] = {
        Buy(outcome, amount): 30,
        BuyShares(outcome, amount): 10,
        Sell(outcome, amount): 15,
        SellFor(outcome, amount // 2 + 1): 10,
        Mint(amount): 8,
        Merge(amount): 7,
        CloseOut(): 6,
        AddLiquidity(amount): 6,
        RemoveLiquidity(amount): 5,
        ClaimFees(): 3,
    }
    return chance.choices(list(kinds), list(kinds.values()))[0]
