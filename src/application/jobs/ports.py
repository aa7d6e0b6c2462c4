"""What jobs need of a store. Every method but `commit` may raise Unavailable."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeAlias

from application.shared.administration import AdminLog
from domain.jobs.execution import EventKind, Execution, Queue, State, Step
from domain.shared.errors import NotFound, Unavailable
from domain.shared.ids import JobId, UserId

MOST_COUNTED = 10_000
"""Jobs of a list whose number is told exactly."""


class LeaseLost(Unavailable):
    """Another worker may have the job by now: what was done for it here must not be committed."""

    def __init__(self, job_id: JobId) -> None:
        super().__init__("LEASE_LOST", "Leave the job to the worker that has it now.", job=str(job_id))


def job_not_found(job_id: JobId) -> NotFound:
    """The refusal of an unknown job, and of one that is not the caller's."""
    return NotFound("JOB_NOT_FOUND", "List your jobs and choose one of those.", job=str(job_id))


class Jobs(Protocol):
    """Jobs, inside one transaction: they are there for workers once it commits. Lock them after everything else."""

    async def add(self, jobs: Sequence[Execution]) -> Sequence[Execution]:
        """Add jobs, and tell them in their order; one whose key is taken is not added, the key's first job told."""
        ...

    async def free_keys(self, ids: Sequence[JobId]) -> None:
        """Let the keys of jobs stand for others, where these have ended and are not done."""
        ...

    async def lock(self, job_id: JobId) -> Execution:
        """Lock a job. Raises NotFound."""
        ...

    async def lock_lost(self, now: datetime, limit: int) -> Sequence[Execution]:
        """Lock active jobs whose lease has ended; those that another transaction has locked are left out."""
        ...

    async def lock_dead(self, wanted: "JobsOf", limit: int) -> Sequence[Execution]:
        """Lock dead letters from the oldest on; those that another transaction has locked are left out."""
        ...

    async def hold(self, job_id: JobId, attempt: int) -> Execution:
        """Lock a job that a worker took with this attempt. Raises LeaseLost where it is its no more."""
        ...

    async def change(self, steps: Sequence[Step], now: datetime) -> None:
        """Store what happened to locked jobs, and their history."""
        ...

    async def remove(self, ids: Sequence[JobId]) -> None:
        """Remove locked jobs for good, with their history."""
        ...


class JobsTransaction(Protocol):
    """One transaction: rolled back on leaving it unless committed."""

    @property
    def jobs(self) -> Jobs: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


JobsTransactions = Callable[[], AbstractAsyncContextManager[JobsTransaction]]


class AdministeredTransaction(JobsTransaction, Protocol):
    """The same, with the log of administration."""

    @property
    def admin_log(self) -> AdminLog: ...


AdministeredTransactions = Callable[[], AbstractAsyncContextManager[AdministeredTransaction]]


class Wakes(Protocol):
    """Wakes workers. They would find the work by themselves, but later."""

    def wake(self, queues: Collection[Queue]) -> None:
        """Tell the workers of some queues, soon and once for many; whether they hear of it is not known."""
        ...


class Unheard:
    """Wakes nobody."""

    def wake(self, queues: Collection[Queue]) -> None:
        """Workers find the jobs by themselves."""


UNHEARD = Unheard()


class Held(NamedTuple):
    """A job that a worker has, by the attempt with which it took it."""

    job_id: JobId
    attempt: int


FollowUps: TypeAlias = Mapping[JobId, Sequence[Execution]]
"""Jobs that follow from the ends of others, by the job that they follow."""


class Runs(Protocol):
    """Jobs as workers see them: each call is a transaction of its own, for many jobs at once."""

    async def claim(
        self, queue: Queue, limit: int, worker: str, now: datetime, lease: timedelta, suspects: int = 1
    ) -> Sequence[Execution]:
        """Take jobs that are due, in the order of their becoming so; never one that another worker takes.

        Of those that are suspect at most so many besides the limit.
        """
        ...

    async def next_due(self, queues: Collection[Queue]) -> Mapping[Queue, datetime]:
        """When the next waiting job of each queue is due, or was; queues without one are left out."""
        ...

    async def settle(self, steps: Sequence[Step], follow_ups: FollowUps, now: datetime) -> Sequence[bool]:
        """Store what became of active jobs: whether each was still held by its attempt, in their order.

        The jobs that follow from one that was are added with it.
        """
        ...

    async def renew(self, held: Sequence[Held], until: datetime) -> Mapping[Held, bool]:
        """Prolong leases: those that are still held, each with whether it is to be cancelled."""
        ...

    async def progress(self, step: Step, now: datetime) -> bool:
        """Tell how far an active job is: whether it is still held."""
        ...


@dataclass(frozen=True, slots=True)
class JobsOf:
    """Which jobs: in a state, of a name, a queue, a user, from a time to another (not included), or any."""

    requested_by: UserId | None = None
    state: State | None = None
    name: str | None = None
    queue: Queue | None = None
    since: datetime | None = None
    until: datetime | None = None


class JobEvent(NamedTuple):
    """What happened to a job, when, and in which attempt; `seq` counts a job's events from 1."""

    job_id: JobId
    seq: int
    at: datetime
    kind: EventKind
    attempt: int
    percent: int | None = None
    message: str | None = None


class Head(NamedTuple):
    """The number of a job's last event, and its state."""

    seq: int
    state: State


class QueueStats(NamedTuple):
    """A queue: jobs that are due and wait for their first try, are active, wait for another try, failed, and are dead;
    when the oldest due one became so; how many ended in the last minute; and how many are to start later."""

    queue: Queue
    waiting: int
    active: int
    retrying: int
    failed: int
    dead: int
    oldest_due: datetime | None
    ended: int
    later: int


class JobQueries(Protocol):
    """Read access to jobs."""

    async def job(self, job_id: JobId) -> Execution:
        """One job. Raises NotFound."""
        ...

    async def jobs(self, wanted: JobsOf, limit: int, before: JobId | None = None) -> Sequence[Execution]:
        """Jobs from the newest on, those older than `before`."""
        ...

    async def count(self, wanted: JobsOf, most: int = MOST_COUNTED) -> int:
        """How many there are, counted up to a bound."""
        ...

    async def heads(self, ids: Sequence[JobId]) -> Sequence[Head | None]:
        """How far the history of each job is, in their order; None of one that is not there."""
        ...

    async def events(self, job_id: JobId, limit: int, after: int = 0) -> Sequence[JobEvent]:
        """What happened to a job after its event number `after`."""
        ...

    async def stats(self, now: datetime) -> Sequence[QueueStats]:
        """Every queue."""
        ...


class QueueHealth(NamedTuple):
    """A queue: jobs that ended in some time, those of them that failed, those that are due and wait, and since when
    the longest active one runs."""

    queue: Queue
    ended: int
    failed: int
    due: int
    active_since: datetime | None


class JobHealth(Protocol):
    """Read access to how jobs fare."""

    async def health(self, since: datetime, now: datetime) -> Sequence[QueueHealth]:
        """Every queue; what ended counts from `since` on."""
        ...
