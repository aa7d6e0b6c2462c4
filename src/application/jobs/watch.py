"""Watch over the jobs of one process: their time limits, their leases, and their end when it stops."""

import asyncio
import logging
from collections.abc import Collection
from datetime import timedelta

from application.jobs.bounds import WorkerBounds
from application.jobs.ports import Runs
from application.jobs.run import Works
from application.jobs.runner import TOO_LONG, Runner
from application.jobs.running import Cut, Running
from application.shared.ports import Clock
from application.shared.store import StoreError
from domain.jobs.execution import Step
from domain.shared.errors import Unavailable

RENEWALS = 3
"""Of a lease, before it would end."""

_log = logging.getLogger(__name__)


class Watch:
    """A handler that refuses to be cancelled is left to itself: what it still does cannot be committed."""

    def __init__(self, runner: Runner, runs: Runs, works: Works, clock: Clock, bounds: WorkerBounds) -> None:
        self._runner = runner
        self._runs = runs
        self._works = works
        self._clock = clock
        self._bounds = bounds

    async def keep_time(self) -> None:
        """Cut jobs that are late, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._bounds.watch)
            now = loop.time()
            for job in self._runner.jobs:
                if job.deadline <= now and job.cut is None:
                    job.stop(Cut.LATE, now)
                elif job.cut_at + self._bounds.cancel <= now and not job.handled:
                    self._runner.spawn(self._runner.leave(job, self._late(job)))

    async def keep_leases(self) -> None:
        """Prolong the leases of all that is held, for ever."""
        while True:
            await asyncio.sleep(self._bounds.lease / RENEWALS)
            try:
                await self._renew()
            except (Unavailable, StoreError) as error:
                _log.warning("leases of jobs are not prolonged: %s", error)

    async def stop(self) -> None:
        """Let what runs end, within the bound; give the rest back to the queues."""
        await _ended(self._runner.jobs, self._bounds.stop)
        left = [job for job in self._runner.jobs if not job.handled]
        await asyncio.gather(*(self._runner.leave(job, job.execution.release()) for job in left))
        for job in left:
            job.stop(Cut.STOPPING, asyncio.get_running_loop().time())
        await _ended(left, self._bounds.cancel)

    async def _renew(self) -> None:
        jobs = self._runner.jobs
        if not jobs:
            return
        until = self._clock.now() + timedelta(seconds=self._bounds.lease)
        held = await self._runs.renew([job.held for job in jobs], until)
        now = asyncio.get_running_loop().time()
        for job in jobs:
            if job.handled or job.cut is not None:
                continue
            if job.execution.id not in held:
                job.stop(Cut.LOST, now)
            elif held[job.execution.id]:
                job.stop(Cut.CANCELLED, now)

    def _late(self, job: Running) -> Step | None:
        execution, now = job.execution, self._clock.now()
        if job.cut is Cut.CANCELLED:
            return execution.cancelled(now)
        if job.cut is Cut.LOST:
            return None
        _log.error("job %s (%s) does not let itself be cancelled", execution.id, execution.name)
        return execution.fail(TOO_LONG, self._works[execution.name].contract.retries, now)


async def _ended(jobs: Collection[Running], seconds: float) -> None:
    """Wait until the tasks of jobs have ended, or so long."""
    if tasks := [job.task for job in jobs if job.task]:
        await asyncio.wait(tasks, timeout=seconds)
