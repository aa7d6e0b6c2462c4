"""Administering jobs: queues, other people's jobs, and dead letters. Every change takes a reason, and is logged."""

from dataclasses import dataclass

from adapters.http.acting import actor_of
from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get, post
from adapters.http.jobs import job_id
from adapters.http.models.administration import Because
from adapters.http.models.jobs import (
    DeadJobs,
    DeadJobsAnswer,
    FailedJobAnswer,
    JobAnswer,
    JobsPage,
    ListDeadJobs,
    QueuesAnswer,
)
from application.jobs.administer_jobs import MOST_AT_ONCE, AdministerJobs
from application.jobs.queue_service import QueueService
from application.shared.ports import Clock

_JOB = "/api/v1/admin/jobs/{id}"
_DEAD = "/api/v1/admin/dead-letters"


@dataclass(frozen=True, slots=True)
class JobAdministration:
    """What keeps the queues in order."""

    queue: QueueService
    administer: AdministerJobs
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/admin."""
        admin = Access.ADMIN
        return [
            get("/api/v1/admin/queues", self.queues, admin, QueuesAnswer),
            get(_JOB, self.one, admin, FailedJobAnswer),
            post(f"{_JOB}/retry", self.retry, admin, JobAnswer, body=Because),
            post(f"{_JOB}/cancel", self.cancel, admin, JobAnswer, body=Because),
            get(_DEAD, self.dead, admin, JobsPage, query=ListDeadJobs),
            post(f"{_DEAD}/requeue", self.requeue, admin, DeadJobsAnswer, body=DeadJobs, conflicts=False),
            post(f"{_DEAD}/purge", self.purge, admin, DeadJobsAnswer, body=DeadJobs, conflicts=False),
        ]

    async def queues(self, _: Call[NoQuery, NoBody]) -> QueuesAnswer:
        """Count the jobs of every queue."""
        return QueuesAnswer.of(await self.queue.stats(), self.clock.now())

    async def one(self, call: Call[NoQuery, NoBody]) -> FailedJobAnswer:
        """Read a job with its payload, and the traceback of its last failure."""
        return FailedJobAnswer.of(await self.queue.get(job_id(call)))

    async def retry(self, call: Call[NoQuery, Because]) -> JobAnswer:
        """Try a job again that failed or is a dead letter."""
        return JobAnswer.of(await self.administer.retry(job_id(call), actor_of(call)))

    async def cancel(self, call: Call[NoQuery, Because]) -> JobAnswer:
        """Take a job back; one that is active ends soon."""
        return JobAnswer.of(await self.administer.cancel(job_id(call), actor_of(call)))

    async def dead(self, call: Call[ListDeadJobs, NoBody]) -> JobsPage:
        """List dead letters, newest first."""
        wanted = call.query.wanted
        page = await self.queue.list(wanted, call.query.limit, call.query.before)
        return JobsPage.of(page, await self.queue.total(wanted))

    async def requeue(self, call: Call[NoQuery, DeadJobs]) -> DeadJobsAnswer:
        """Try dead letters again, the oldest first.

        A hundred at once: repeat it while `more` is true.
        """
        return _answer(await self.administer.requeue_dead(call.body.wanted, actor_of(call)))

    async def purge(self, call: Call[NoQuery, DeadJobs]) -> DeadJobsAnswer:
        """Remove dead letters for good, the oldest first.

        A hundred at once: repeat it while `more` is true. What they were is kept in the log of administration.
        """
        return _answer(await self.administer.purge_dead(call.body.wanted, actor_of(call)))


def _answer(count: int) -> DeadJobsAnswer:
    return DeadJobsAnswer(count=count, more=count == MOST_AT_ONCE)
