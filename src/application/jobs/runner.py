"""Jobs of one process: each runs in a task of its own, and is settled when it ends."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from math import inf
from typing import Any

from application.jobs.bounds import WorkerBounds
from application.jobs.failures import failure_of, step_of, tell_of
from application.jobs.observers import Announcer, Observer
from application.jobs.ports import LeaseLost, Runs
from application.jobs.run import Run, Work, Works, text_of
from application.jobs.running import Running
from application.jobs.settle import Settle
from application.shared.ports import Clock
from application.shared.trips import Trips
from domain.jobs.execution import EventKind, Execution, Failure, Queue, Step
from domain.jobs.retry import Delays
from domain.shared.errors import Unavailable

UNKNOWN = Failure("JOB_UNKNOWN", "No worker here knows this kind of job; update the worker, then requeue the job.")

NEVER = Delays(())


class Runner:
    """`freed` is called with a queue when a handler of one of its jobs has returned, or its end is stored;
    `suspect_ended` when a suspect job may be taken again."""

    def __init__(
        self,
        runs: Runs,
        works: Works,
        clock: Clock,
        bounds: WorkerBounds,
        announcer: Announcer,
        observer: Observer,
        freed: Callable[[Queue], None],
        suspect_ended: Callable[[], None],
    ) -> None:
        self._runs = runs
        self._works = works
        self._clock = clock
        self._bounds = bounds
        self._announcer = announcer
        self._observer = observer
        self._freed = freed
        self._suspect_ended = suspect_ended
        self._ends = Trips(Settle(runs, clock, announcer, bounds))
        self._jobs = set[Running]()
        self._tasks = set[asyncio.Task[None]]()
        self._suspect_at_work = False
        self._alone: Running | None = None
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
        """There was none, or it has ended, or lived for so long that it is no danger to others."""
        self._suspect_at_work = False
        self._suspect_ended()

    def start(self, execution: Execution) -> None:
        """Run a job that was just taken."""
        work = self._works.get(execution.name)
        retries, limit = (work.contract.retries, work.contract.time_limit.total_seconds()) if work else (NEVER, inf)
        job = Running(execution, retries, asyncio.get_running_loop().time() + limit)
        self._jobs.add(job)
        self.active[execution.queue] += 1
        self.held[execution.queue] += 1
        self._observer.happened(Step(execution, EventKind.ACTIVE))
        if execution.suspect:
            self._alone = job
            asyncio.get_running_loop().call_later(self._bounds.suspect, self._not_alone, job)
        job.task = self.spawn(self._run(job, work))

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something to its end."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def leave(self, job: Running) -> None:
        """Settle a job that was cut short without waiting for its handler, unless that has returned."""
        if not job.handled:
            job.left = True
            self._handled(job)
            await self._end(job, job.cut_short(self._clock.now()))

    async def _run(self, job: Running, work: Work[Any] | None) -> None:
        step = await self._try(job, work) if work else job.execution.bury(UNKNOWN, self._clock.now())
        if not job.left:
            self._handled(job)
            await self._end(job, step)

    async def _try(self, job: Running, work: Work[Any]) -> Step | None:
        """What became of it; nothing where it is not this worker's any more, or its end is stored already."""
        execution = job.execution
        if execution.cancel_asked:
            return execution.cancelled(self._clock.now())
        try:
            payload = work.contract.read(execution.payload, execution.version)
        except Exception as error:  # noqa: BLE001 - whatever a payload's own checks raise, they would raise again
            return execution.bury(failure_of(error), self._clock.now())
        run = Run(execution, payload, self._clock, self._announcer, partial(self._tell, job))
        step = await self._handle(job, work, run)
        if run.ended is None:
            return step
        self._observer.happened(run.ended)
        return None

    async def _handle(self, job: Running, work: Work[Any], run: Run[Any]) -> Step | None:
        """Whatever a handler raises is its job's failure."""
        try:
            result = text_of(await work.handler(run))
            return job.execution.complete(result, self._clock.now())
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # noqa: BLE001 - as said above
            return self._raised(job, error)

    def _raised(self, job: Running, error: BaseException) -> Step | None:
        now, task = self._clock.now(), asyncio.current_task()
        if job.cut is not None:
            return job.cut_short(now)
        if isinstance(error, LeaseLost):
            return None
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
            raise error  # not the job but the whole process is being stopped
        return step_of(error, job.execution, job.retries, now)

    def _handled(self, job: Running) -> None:
        """Its handler is done: another may run in its place while its end is stored."""
        job.deadline = inf
        self.active[job.execution.queue] -= 1
        self._freed(job.execution.queue)

    async def _end(self, job: Running, step: Step | None) -> None:
        try:
            if step is not None and (stored := await self._ends.ask(step)) is not None:
                self._observer.happened(stored)
        except Exception as error:  # noqa: BLE001 - whatever it was, another worker takes the job when its lease ends
            tell_of(f"the end of job {job.execution.id} is not stored, and it runs again", error)
        finally:
            self._jobs.discard(job)
            self.held[job.execution.queue] -= 1
            self._freed(job.execution.queue)
            self._not_alone(job)

    def _not_alone(self, job: Running) -> None:
        if self._alone is job:
            self._alone = None
            self.no_suspect()

    async def _tell(self, job: Running, percent: int, message: str) -> None:
        """Store how far a job is, unless something was told just now. Raises LeaseLost and Invalid."""
        step, now = job.execution.tell(percent, message), asyncio.get_running_loop().time()
        if now < job.told_at + self._bounds.progress:
            return
        job.told_at = now
        try:
            held = await self._runs.progress(step, self._clock.now())
        except Unavailable as error:
            tell_of(f"how far job {job.execution.id} is cannot be told", error)
            return
        if not held:
            raise LeaseLost(job.execution.id)
        job.execution = step.execution
        self._observer.happened(step)
