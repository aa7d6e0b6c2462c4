"""Jobs: what is asked of them, and how they stand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from presage_client.models.administration import Because
from presage_client.models.base import Answer, Request
from presage_client.models.pages import Page, Paged
from presage_client.models.words import JobEventKind, JobState, Queue


class AskJob(Request):
    """A job by its name, with what it is told; at once, or when it is due."""

    name: str
    payload: dict[str, Any] = Field(default_factory=dict)
    due_at: datetime | None = None


class ListDeadJobs(Paged):
    """Which dead letters: of a name, in a queue, asked for by a user, from a time to another (not included)."""

    name: str | None = None
    queue: Queue | None = None
    requested_by: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class ListJobs(ListDeadJobs):
    """Which jobs, in a state or in any."""

    state: JobState | None = None


class JobProgress(Answer):
    """How far a job is, in per cent, as it last said."""

    percent: int
    message: str


class JobError(Answer):
    """Why the last try of a job did not succeed."""

    code: str
    message: str


class Job(Answer):
    """A job. What `result` holds depends on its name."""

    id: UUID
    name: str
    queue: Queue
    state: JobState
    attempt: int
    failures: int
    progress: JobProgress
    result: dict[str, Any] | None
    error: JobError | None
    cancel_asked: bool
    requested_by: UUID | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in {"completed", "failed", "dead_letter", "cancelled"}


class FollowJob(Request):
    """Which events: those after the one with this number."""

    after: int


class JobEvent(Answer):
    """Something that happened to a job, in which attempt; `percent` of one that told how far it is."""

    seq: int
    at: datetime
    kind: JobEventKind
    attempt: int
    percent: int | None
    message: str | None

    @property
    def ended(self) -> bool:
        """Whether the job ended with it; one that is tried again goes on."""
        return self.kind in {"completed", "failed", "dead", "cancelled"}


class JobsPage(Page[Job]):
    """Jobs, the newest first; `total` counts all that fit, up to 10,000."""

    total: int


class FailedJob(Job):
    """A job with what it was told, and where its last try failed."""

    payload: dict[str, Any]
    traceback: str | None
    trace: str | None


class QueueStats(Answer):
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


class Queues(Answer):
    """Every queue."""

    items: list[QueueStats]


class DeadJobs(Because):
    """Which dead letters, and why."""

    name: str | None = None
    queue: Queue | None = None
    requested_by: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class DeadJobsChanged(Answer):
    """How many it was; with `more` there may be others."""

    count: int
    more: bool
