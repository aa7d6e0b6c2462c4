"""Kills servers in random order while others trade with them, and starts them again."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence

from tests.faults.log import Log
from tests.faults.victims import Failed, Victim
from tests.faults.waiting import until

MOST_TRADES_BETWEEN = 150
STUCK_S = 60.0
LONGEST_WAIT_S = 0.05
"""From an acknowledgement to the kill, which else would always find the next transaction at its beginning."""

CHANCE_OF_TWO = 0.25


class Killer:
    """Waits for a random number of trades to be acknowledged since the last kill, so that each strikes under load.

    A server that was killed starts again while others go on, and is not killed before it is back.
    """

    def __init__(self, victims: Sequence[Victim], log: Log, chance: random.Random) -> None:
        self.killed: Counter[str] = Counter()
        self._victims = victims
        self._log = log
        self._chance = chance

    async def run(self, kills: int) -> None:
        """Kill that many times. Raises Failed where a server does not come back or trading does not go on."""
        starts: dict[Victim, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while (left := kills - self.killed.total()) > 0:
                number = 2 if self._chance.random() < CHANCE_OF_TWO else 1
                chosen = self._chance.sample(self._victims, min(number, left, len(self._victims)))
                await asyncio.gather(*(starts[victim] for victim in chosen if victim in starts))
                await self._trading(self._chance.randint(1, MOST_TRADES_BETWEEN))
                await asyncio.sleep(self._chance.random() * LONGEST_WAIT_S)
                for victim in chosen:
                    self.killed[await victim.kill()] += 1
                for victim in chosen:
                    starts[victim] = group.create_task(victim.start())

    async def _trading(self, trades: int) -> None:
        enough = self._log.filled + trades

        async def reached() -> bool:
            return self._log.filled >= enough

        if not await until(reached, STUCK_S):
            raise Failed(f"fewer than {trades} trades in {STUCK_S:g} s after {self.killed}")
