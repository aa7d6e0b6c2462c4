"""Watch over the jobs of one process: their time limits, their leases, and their end when it stops."""

import asyncio
import logging
from datetime import timedelta

from application.jobs.bounds import WorkerBounds
from application.jobs.ports import Runs
from application.jobs.runner import Runner
from application.jobs.running import Cut
from application.shared.ports import Clock

_log = logging.getLogger(__name__)


class Watch:
    """A handler that refuses to be cancelled is left to itself: what it still does cannot be committed."""

    def __init__(self, runner: Runner, runs: Runs, clock: Clock, bounds: WorkerBounds) -> None:
        self._runner = runner
        self._runs = runs
        self._clock = clock
        self._bounds = bounds

    async def keep_time(self) -> None:
        """Cut jobs that are late, and leave those that were cut and do not end."""
        now = asyncio.get_running_loop().time()
        for job in self._runner.jobs:
            if job.deadline <= now:
                job.stop(Cut.LATE, now)
            if job.cut_at + self._bounds.cancel <= now and not job.handled:
                _log.error("job %s (%s) does not let itself be cancelled", job.execution.id, job.execution.name)
                self._runner.spawn(self._runner.leave(job))

    async def keep_leases(self) -> None:
        """Prolong the leases of all that is held; cut what is lost, or is to be cancelled. Raises Unavailable."""
        jobs = self._runner.jobs
        if not jobs:
            return
        until = self._clock.now() + timedelta(seconds=self._bounds.lease)
        held = await self._runs.renew([job.held for job in jobs], until)
        now = asyncio.get_running_loop().time()
        for job in jobs:
            if (cancel_asked := held.get(job.held)) is None:
                job.stop(Cut.LOST, now)
            elif cancel_asked:
                job.stop(Cut.CANCELLED, now)

    async def stop(self) -> None:
        """Let what runs end, within the bound; give the rest back to the queues."""
        await self._ended(self._bounds.stop)
        for job in self._runner.jobs:
            job.stop(Cut.STOPPING, asyncio.get_running_loop().time())
        await self._ended(self._bounds.cancel)
        await asyncio.gather(*(self._runner.leave(job) for job in self._runner.jobs))

    async def _ended(self, seconds: float) -> None:
        """Wait until all that is held has ended, or so long."""
        if tasks := [job.task for job in self._runner.jobs if job.task]:
            await asyncio.wait(tasks, timeout=seconds)
