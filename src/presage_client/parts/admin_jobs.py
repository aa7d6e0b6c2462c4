"""Administering jobs. Every change takes a reason, which is kept."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from presage_client.models.administration import Because
from presage_client.models.jobs import DeadJobs, DeadJobsChanged, FailedJob, Job, JobsPage, ListDeadJobs, Queues
from presage_client.models.words import Queue
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

_JOB = "/api/v1/admin/jobs/{id}"
_DEAD = "/api/v1/admin/dead-letters"
_QUEUES = Operation("GET", "/api/v1/admin/queues", Queues)
_ONE = Operation("GET", _JOB, FailedJob)
_RETRY = Operation("POST", f"{_JOB}/retry", Job, body=Because)
_CANCEL = Operation("POST", f"{_JOB}/cancel", Job, body=Because)
_PAGE = Operation("GET", _DEAD, JobsPage, query=ListDeadJobs)
_REQUEUE = Operation("POST", f"{_DEAD}/requeue", DeadJobsChanged, body=DeadJobs)
_PURGE = Operation("POST", f"{_DEAD}/purge", DeadJobsChanged, body=DeadJobs)


class AdminJobs(Part):
    """Under /api/v1/admin: queues, jobs of all, and dead letters."""

    @calls(_QUEUES)
    def queues(self) -> Asked:
        """Every queue, with its jobs counted."""
        return Asked()

    @calls(_ONE)
    def one(self, job_id: UUID | str) -> Asked:
        """A job with what it was told, and the traceback of its last failure."""
        return Asked({"id": job_id})

    @calls(_RETRY)
    def retry(self, job_id: UUID | str, reason: str) -> Asked:
        """Try a job again that failed or is a dead letter."""
        return Asked({"id": job_id}, body=Because(reason=reason))

    @calls(_CANCEL)
    def cancel(self, job_id: UUID | str, reason: str) -> Asked:
        """Take a job back; one that is active ends soon."""
        return Asked({"id": job_id}, body=Because(reason=reason))

    @calls(_PAGE)
    def dead_page(
        self,
        *,
        name: str | None = None,
        queue: Queue | None = None,
        requested_by: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Asked:
        """One page of dead letters, the newest first."""
        return Asked(
            query=ListDeadJobs(
                name=name,
                queue=queue,
                requested_by=requested_by,
                since=since,
                until=until,
                limit=limit,
                cursor=cursor,
            )
        )

    def dead(self, *, name: str | None = None, queue: Queue | None = None) -> AsyncIterator[Job]:
        """Dead letters, the newest first."""
        return every(lambda cursor: self.dead_page(name=name, queue=queue, cursor=cursor))

    @calls(_REQUEUE)
    def requeue_dead(
        self,
        reason: str,
        *,
        name: str | None = None,
        queue: Queue | None = None,
        requested_by: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Asked:
        """Try dead letters again, a hundred at once, the oldest first."""
        body = DeadJobs(reason=reason, name=name, queue=queue, requested_by=requested_by, since=since, until=until)
        return Asked(body=body)

    @calls(_PURGE)
    def purge_dead(
        self,
        reason: str,
        *,
        name: str | None = None,
        queue: Queue | None = None,
        requested_by: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Asked:
        """Remove dead letters for good, a hundred at once, the oldest first."""
        body = DeadJobs(reason=reason, name=name, queue=queue, requested_by=requested_by, since=since, until=until)
        return Asked(body=body)
