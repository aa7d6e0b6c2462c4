"""Jobs: work that goes on by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from presage_client.models.jobs import AskJob, FollowJob, Job, JobEvent, JobsPage, ListJobs
from presage_client.models.words import JobState, Queue
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.2, 5.0, 1.5
"""Seconds between looks at a job that is waited for."""

_JOB = "/api/v1/jobs/{id}"
_PAGE = Operation("GET", "/api/v1/jobs", JobsPage, query=ListJobs)
_ASK = Operation("POST", "/api/v1/jobs", Job, body=AskJob, keyed=True)
_ONE = Operation("GET", _JOB, Job)
_EVENTS = Operation("GET", f"{_JOB}/events", JobEvent, query=FollowJob)
_RETRY = Operation("POST", f"{_JOB}/retry", Job)
_CANCEL = Operation("POST", f"{_JOB}/cancel", Job)


class Jobs(Part):
    """Under /api/v1/jobs: one's own; administrators read those of all."""

    @calls(_PAGE)
    def page(
        self,
        *,
        state: JobState | None = None,
        name: str | None = None,
        queue: Queue | None = None,
        requested_by: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Asked:
        """One page of jobs, the newest first."""
        return Asked(
            query=ListJobs(
                state=state,
                name=name,
                queue=queue,
                requested_by=requested_by,
                since=since,
                until=until,
                limit=limit,
                cursor=cursor,
            )
        )

    def all(self, *, state: JobState | None = None, name: str | None = None) -> AsyncIterator[Job]:
        """Jobs, the newest first."""
        return every(lambda cursor: self.page(state=state, name=name, cursor=cursor))

    @calls(_ASK)
    def ask(
        self,
        name: str,
        payload: dict[str, Any],
        *,
        due_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> Asked:
        """Ask for a job by its name; with the same key it is the same job."""
        return Asked(body=AskJob(name=name, payload=payload, due_at=due_at), key=idempotency_key)

    @calls(_ONE)
    def one(self, job_id: UUID | str) -> Asked:
        """One job."""
        return Asked({"id": job_id})

    @calls(_RETRY)
    def retry(self, job_id: UUID | str) -> Asked:
        """Try a job of one's own again that failed or is a dead letter."""
        return Asked({"id": job_id})

    @calls(_CANCEL)
    def cancel(self, job_id: UUID | str) -> Asked:
        """Take back a job of one's own; one that is active ends soon."""
        return Asked({"id": job_id})

    def events(self, job_id: UUID | str, *, after: int = 0) -> AsyncIterator[JobEvent]:
        """What happened to a job after its event `after`, and what happens, until it has ended.

        However long that takes: bound it with `asyncio.timeout`. A stream that breaks off is taken up where it was.
        Raises PresageError.
        """
        return self.api.stream(_EVENTS, lambda seq: Asked({"id": job_id}, FollowJob(after=seq)), after)

    async def wait(self, job_id: UUID | str) -> Job:
        """A job once it has ended, however long that takes: bound it with `asyncio.timeout`. Raises PresageError."""
        pause = FIRST_PAUSE
        while not (job := await self.one(job_id)).ended:
            await asyncio.sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
        return job
