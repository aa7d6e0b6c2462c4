"""Jobs, as they are asked for, listed and followed."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.http.cursors import cursor_text
from adapters.http.models.administration import Because
from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import Moment, named
from adapters.http.models.pages import ById, IdCursor, PageAnswer
from application.jobs.ports import JobEvent, JobsOf, QueueStats
from application.shared.pages import Page
from domain.jobs.execution import EventKind, Execution, Queue, State
from domain.shared.ids import JobId, UserId

MOST_NAME = 100
MOST_SEQ = 2**31 - 1

Name = Annotated[str, Field(min_length=1, max_length=MOST_NAME, pattern=r"^[^\x00]*$")]
StateName = Annotated[State, BeforeValidator(named(State, "STATE_UNKNOWN"))]
QueueName = Annotated[Queue, BeforeValidator(named(Queue, "QUEUE_UNKNOWN"))]


class AskJob(Request):
    """A job by its name, with what it is told; at once, or when it is due."""

    name: Name
    payload: dict[str, Any] = Field(default_factory=dict)
    due_at: Moment | None = None


class Selected(Request):
    """Which jobs: of a name, in a queue, asked for by a user, from a time to another (not included)."""

    name: Name | None = None
    queue: QueueName | None = None
    requested_by: UUID | None = None
    since: Moment | None = None
    until: Moment | None = None

    def of(self, state: State | None) -> JobsOf:
        """The filter, with a state."""
        by = UserId(self.requested_by) if self.requested_by else None
        return JobsOf(by, state, self.name, self.queue, self.since, self.until)


class ListDeadJobs(Selected, ById):
    """Which dead letters, and how many at once."""

    @property
    def wanted(self) -> JobsOf:
        """The filter."""
        return self.of(State.DEAD_LETTER)

    @property
    def before(self) -> JobId | None:
        """The last job of the page before."""
        return JobId(self.cursor.id) if self.cursor else None


class ListJobs(ListDeadJobs):
    """Which jobs, in a state or in any, and how many at once."""

    state: StateName | None = None

    @property
    def wanted(self) -> JobsOf:
        """The filter."""
        return self.of(self.state)


class FollowJob(Request):
    """Which events: those after the one with this `seq`."""

    after: Annotated[int, Field(ge=0, le=MOST_SEQ)] = 0


class ProgressAnswer(Answer):
    """How far a job is, in per cent, as it last said."""

    percent: int
    message: str


class JobErrorAnswer(Answer):
    """Why the last try of a job did not succeed."""

    code: str
    message: str


class JobAnswer(Answer):
    """A job.

    `attempt` counts how often a worker took it, `failures` the tries that failed since it was last asked for. What
    `result` holds depends on `name`. With `cancelAsked` it is to end soon.
    """

    id: UUID
    name: str
    queue: Queue
    state: State
    attempt: int
    failures: int
    progress: ProgressAnswer
    result: dict[str, Any] | None
    error: JobErrorAnswer | None
    cancel_asked: bool
    requested_by: UUID | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: Execution) -> Self:
        """A job as it stands."""
        return cls(**_fields(job))


class FailedJobAnswer(JobAnswer):
    """A job with what it was told, and where its last try failed."""

    payload: dict[str, Any]
    traceback: str | None
    trace: str | None

    @classmethod
    def of(cls, job: Execution) -> Self:
        """A job as it stands."""
        traceback = job.failure.traceback if job.failure else None
        return cls(**_fields(job), payload=json.loads(job.payload), traceback=traceback, trace=job.trace)


class JobsPage(PageAnswer[JobAnswer]):
    """Jobs from the newest on; `total` counts all that fit, up to 10,000."""

    total: int

    @classmethod
    def of(cls, page: Page[Execution, JobId], total: int) -> Self:
        """A page as it was read."""
        cursor = None if page.next is None else IdCursor(page.next)
        return cls(items=[JobAnswer.of(job) for job in page.items], next_cursor=cursor_text(cursor), total=total)


class JobEventAnswer(Answer):
    """Something that happened to a job; `percent` of one that told how far it is."""

    seq: int
    at: datetime
    kind: EventKind
    attempt: int
    percent: int | None
    message: str | None

    @classmethod
    def of(cls, event: JobEvent) -> Self:
        """An event as it is kept."""
        return cls(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            attempt=event.attempt,
            percent=event.percent,
            message=event.message,
        )


class QueueAnswer(Answer):
    """A queue: jobs that are due and wait for their first try, are active, wait for another try, are to start later,
    failed, and are dead; how many ended in the last minute; and for how many seconds the oldest due one waits."""

    queue: Queue
    waiting: int
    active: int
    retrying: int
    later: int
    failed: int
    dead: int
    ended_per_minute: int
    oldest_seconds: int | None


class QueuesAnswer(Answer):
    """Every queue."""

    items: list[QueueAnswer]

    @classmethod
    def of(cls, queues: Sequence[QueueStats], now: datetime) -> Self:
        """Queues as they stand."""
        return cls(items=[_queue(stats, now) for stats in queues])


class DeadJobs(Selected, Because):
    """Which dead letters, and why."""

    @property
    def wanted(self) -> JobsOf:
        """The filter."""
        return self.of(State.DEAD_LETTER)


class DeadJobsAnswer(Answer):
    """How many it was; with `more` there may be others, for the same request again."""

    count: int
    more: bool


def _fields(job: Execution) -> dict[str, Any]:
    failure = job.failure
    return {
        "id": job.id,
        "name": job.name,
        "queue": job.queue,
        "state": job.state,
        "attempt": job.attempt,
        "failures": job.failures,
        "progress": ProgressAnswer(percent=job.progress, message=job.message),
        "result": json.loads(job.result) if job.result else None,
        "error": JobErrorAnswer(code=failure.code, message=failure.message) if failure else None,
        "cancel_asked": job.cancel_asked,
        "requested_by": job.requested_by,
        "created_at": job.created_at,
        "due_at": job.due_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def _queue(stats: QueueStats, now: datetime) -> QueueAnswer:
    return QueueAnswer(
        queue=stats.queue,
        waiting=stats.waiting,
        active=stats.active,
        retrying=stats.retrying,
        later=stats.later,
        failed=stats.failed,
        dead=stats.dead,
        ended_per_minute=stats.ended,
        oldest_seconds=int((now - stats.oldest_due).total_seconds()) if stats.oldest_due else None,
    )
