"""A gate before the store, so that a test can look at a desk while a group is in flight."""

import asyncio

from application.trading.ports import Changes, TradingTransactions
from tests.fakes.faults import Faults, answered, faulty


class Gate:
    """Holds every transaction until it is opened; `groups` are the keys of the orders that each one executed."""

    def __init__(self, transactions: TradingTransactions) -> None:
        self.transactions = faulty(transactions, Faults(before_open=self._wait, before_write=self._note))
        self.groups: list[list[str]] = []
        self.waiting = 0
        self._open = asyncio.Event()

    def open(self) -> None:
        self._open.set()

    async def _wait(self) -> None:
        self.waiting += 1
        await self._open.wait()
        self.waiting -= 1

    async def _note(self, changes: Changes) -> None:
        self.groups.append(answered(changes))


async def settle_down() -> None:
    """Let every task run until it waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)
