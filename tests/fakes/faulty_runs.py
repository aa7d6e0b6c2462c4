"""Another store's runs, with what a test lets happen before each call."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from application.jobs.ports import FollowUps, Held, Runs
from domain.jobs.execution import Execution, Queue, Step

At = Callable[[str], Awaitable[None]]


async def do_nothing(_: str) -> None:
    """Nothing happens then."""


class FaultyRuns:
    """Implements the Runs port: before and after each call its name is told to who may wait, or raise an error."""

    def __init__(self, runs: Runs, before: At, after: At = do_nothing) -> None:
        self._runs = runs
        self._before = before
        self._after = after

    async def claim(
        self, queue: Queue, limit: int, worker: str, now: datetime, lease: timedelta, suspects: int = 1
    ) -> Sequence[Execution]:
        await self._before("claim")
        taken = await self._runs.claim(queue, limit, worker, now, lease, suspects)
        await self._after("claim")
        return taken

    async def next_due(self, queues: Collection[Queue]) -> Mapping[Queue, datetime]:
        await self._before("next_due")
        due = await self._runs.next_due(queues)
        await self._after("next_due")
        return due

    async def settle(self, steps: Sequence[Step], follow_ups: FollowUps, now: datetime) -> Sequence[bool]:
        await self._before("settle")
        settled = await self._runs.settle(steps, follow_ups, now)
        await self._after("settle")
        return settled

    async def renew(self, held: Sequence[Held], until: datetime) -> Mapping[Held, bool]:
        await self._before("renew")
        renewed = await self._runs.renew(held, until)
        await self._after("renew")
        return renewed

    async def progress(self, step: Step, now: datetime) -> bool:
        await self._before("progress")
        told = await self._runs.progress(step, now)
        await self._after("progress")
        return told
