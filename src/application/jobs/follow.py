"""Follow jobs: wait for their ends, or hear of all that happens to them.

The store is asked again and again, ever less often; one question at a time goes out for all who follow here.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from application.jobs.ports import Head, JobEvent, JobQueries, job_not_found
from application.shared.trips import Trips
from domain.jobs.execution import Execution
from domain.shared.ids import JobId

EVENTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds to wait before the store is asked for the second time, growing by `factor` up to `longest`."""

    first: float = 0.02
    factor: float = 1.5
    longest: float = 1.0

    def after(self, pause: float) -> float:
        """The pause after this one."""
        return min(pause * self.factor, self.longest)


class Follow:
    """What happens in other processes is seen here as soon as the store is asked."""

    def __init__(self, queries: JobQueries, pace: Pace | None = None) -> None:
        self._queries = queries
        self._pace = pace or Pace()
        self._heads = Trips(queries.heads)

    async def until_ended(self, job_id: JobId) -> Execution:
        """The job, once it has ended. Raises NotFound and Unavailable."""
        wait = self._pace.first
        while not (await self._head(job_id)).state.final:
            await asyncio.sleep(wait)
            wait = self._pace.after(wait)
        return await self._queries.job(job_id)

    async def events(self, job_id: JobId, after: int = 0) -> AsyncIterator[JobEvent]:
        """What happened to a job after its event number `after`, and what happens, until it has ended.

        Raises NotFound and Unavailable.
        """
        wait = self._pace.first
        while True:
            head = await self._head(job_id)
            told = after
            while after < head.seq and (events := await self._queries.events(job_id, EVENTS_AT_ONCE, after)):
                for event in events:
                    yield event
                after = events[-1].seq
            if head.state.final and after >= head.seq:
                return
            wait = self._pace.first if after > told else self._pace.after(wait)
            await asyncio.sleep(wait)

    async def _head(self, job_id: JobId) -> Head:
        head = await self._heads.ask(job_id)
        if head is None:
            raise job_not_found(job_id)
        return head
