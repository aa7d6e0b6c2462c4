"""Jobs of one process: each runs in a task of its own, and is settled when it ends."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from math import inf
from typing import Any

from application.jobs.bounds import WorkerBounds
from application.jobs.failures import failure_of, step_of
from application.jobs.observers import Announcer, Observer
from application.jobs.ports import LeaseLost, Runs
from application.jobs.run import Run, Work, Works, text_of
from application.jobs.running import Cut, Running
from application.jobs.settle import Settle
from application.shared.ports import Clock
from application.shared.store import StoreError
from application.shared.trips import Trips
from domain.jobs.execution import EventKind, Execution, Failure, Queue, Step
from domain.shared.errors import Invalid, Unavailable

UNKNOWN = Failure("JOB_UNKNOWN", "No worker here knows this kind of job; update the worker, then requeue the job.")
TOO_LONG = Failure("JOB_TIME_LIMIT", "The job took longer than its time limit allows.")

_log = logging.getLogger(__name__)


class Runner:
    """`freed` is called with a queue when a handler of one of its jobs has returned."""

    def __init__(
        self,
        runs: Runs,
        works: Works,
        clock: Clock,
        bounds: WorkerBounds,
        announcer: Announcer,
        observer: Observer,
        freed: Callable[[Queue], None],
    ) -> None:
        self._runs = runs
        self._works = works
        self._clock = clock
        self._bounds = bounds
        self._announcer = announcer
        self._observer = observer
        self._freed = freed
        self._ends = Trips(Settle(runs, clock, announcer, bounds))
        self._jobs = set[Running]()
        self._tasks = set[asyncio.Task[None]]()
        self._suspect_at_work = False
        self.active = Counter[Queue]()
        self.held = Counter[Queue]()

    @property
    def jobs(self) -> Collection[Running]:
        """All that are held here."""
        return tuple(self._jobs)

    def make_way_for_suspect(self) -> bool:
        """Whether a suspect job may run now: one at a time, so that another that ends its worker is found out alone."""
        if self._suspect_at_work:
            return False
        self._suspect_at_work = True
        return True

    def no_suspect(self) -> None:
        """There was none, or it has ended."""
        self._suspect_at_work = False

    def start(self, execution: Execution) -> None:
        """Run a job that was just taken."""
        work = self._works.get(execution.name)
        limit = work.contract.time_limit.total_seconds() if work else 0.0
        job = Running(execution, asyncio.get_running_loop().time() + limit)
        self._jobs.add(job)
        self.active[execution.queue] += 1
        self.held[execution.queue] += 1
        self._observer.happened(Step(execution, EventKind.ACTIVE))
        job.task = self.spawn(self._run(job, work))

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something to its end."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def leave(self, job: Running, step: Step | None) -> None:
        """Settle a job without waiting for its handler."""
        job.left = True
        self._handled(job)
        await self._end(job, step)

    async def _run(self, job: Running, work: Work[Any] | None) -> None:
        step = await self._try(job, work) if work else job.execution.bury(UNKNOWN, self._clock.now())
        if not job.left:
            self._handled(job)
            await self._end(job, step)

    async def _try(self, job: Running, work: Work[Any]) -> Step | None:
        """What became of it; nothing where it is not this worker's any more, or its end is stored already."""
        execution = job.execution
        try:
            payload = work.contract.read(execution.payload, execution.version)
        except Invalid as refusal:
            return execution.bury(Failure(refusal.code, refusal.message), self._clock.now())
        if execution.cancel_asked:
            return execution.cancelled(self._clock.now())
        run = Run(execution, payload, self._clock, self._announcer, partial(self._tell, job))
        try:
            return self._done(job, run, text_of(await work.handler(run)))
        except asyncio.CancelledError as error:
            return self._cut_short(job, work, error)
        except LeaseLost:
            return None
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its job's failure
            return step_of(error, job.execution, work.contract.retries, self._clock.now())

    def _done(self, job: Running, run: Run[Any], text: str | None) -> Step | None:
        completed = job.execution.complete(text, self._clock.now())
        if not run.ended:
            return completed
        self._observer.happened(completed)
        return None

    def _cut_short(self, job: Running, work: Work[Any], error: asyncio.CancelledError) -> Step | None:
        now, task = self._clock.now(), asyncio.current_task()
        match job.cut:
            case Cut.LATE:
                return job.execution.fail(TOO_LONG, work.contract.retries, now)
            case Cut.CANCELLED:
                return job.execution.cancelled(now)
            case Cut.LOST | Cut.STOPPING:
                return None
        if task is not None and task.cancelling():
            raise error
        return job.execution.fail(failure_of(error), work.contract.retries, now)  # something that it awaited was

    def _handled(self, job: Running) -> None:
        """Its handler is done: another may run in its place while its end is stored."""
        job.deadline = inf
        self.active[job.execution.queue] -= 1
        self._freed(job.execution.queue)

    async def _end(self, job: Running, step: Step | None) -> None:
        try:
            if step is not None and await self._ends.ask(step):
                self._observer.happened(step)
        except (Unavailable, StoreError) as error:
            _log.warning("the end of job %s is not stored: %s; it runs again", job.execution.id, error)
        finally:
            if job.execution.suspect:
                self.no_suspect()
            self._jobs.discard(job)
            self.held[job.execution.queue] -= 1
            self._freed(job.execution.queue)

    async def _tell(self, job: Running, percent: int, message: str) -> None:
        """Store how far a job is, unless something was told just now. Raises LeaseLost and Invalid."""
        step, now = job.execution.tell(percent, message), asyncio.get_running_loop().time()
        if now < job.told_at + self._bounds.progress:
            return
        job.told_at = now
        if not await self._runs.progress(step, self._clock.now()):
            raise LeaseLost(job.execution.id)
        job.execution = step.execution
        self._observer.happened(step)
