"""Jobs: asked for by their names, followed, tried again and taken back."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, Reply, get, post
from adapters.http.event_streams import MEDIA, STREAMS, event_text, heard_of
from adapters.http.invalid import refused
from adapters.http.models.jobs import AskJob, FollowJob, JobAnswer, JobEventAnswer, JobsPage, ListJobs
from adapters.http.requests import trace_of
from application.jobs.contracts import Contract, OpenTo
from application.jobs.follow import Follow
from application.jobs.ports import job_not_found
from application.jobs.queue_service import Asked, QueueService
from application.jobs.run import Works
from domain.accounts.caller import Caller
from domain.jobs.execution import Execution
from domain.shared.errors import NotFound
from domain.shared.ids import JobId

_JOBS = "/api/v1/jobs"
_JOB = f"{_JOBS}/{{id}}"


@dataclass(frozen=True, slots=True)
class UsersJobs:
    """The jobs that somebody asked for himself; administrators read those of all."""

    queue: QueueService
    follow: Follow
    works: Works

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/jobs."""
        ask = post(
            _JOBS,
            self.ask,
            Access.TRADE,
            JobAnswer,
            body=AskJob,
            status=201,
            keyed=True,
            missing=True,
            also={200: JobAnswer},
            headers=("Location",),
        )
        return [
            get(_JOBS, self.page, Access.READ, JobsPage, query=ListJobs),
            ask,
            get(_JOB, self.one, Access.READ, JobAnswer),
            get(f"{_JOB}/events", self.events, Access.READ, None, query=FollowJob, media=(MEDIA,), also={204: None}),
            post(f"{_JOB}/retry", self.retry, Access.TRADE, JobAnswer),
            post(f"{_JOB}/cancel", self.cancel, Access.TRADE, JobAnswer),
        ]

    async def page(self, call: Call[ListJobs, NoBody]) -> JobsPage:
        """List jobs, newest first.

        One's own; to an administrator those of all, or of one user.
        """
        wanted, caller = call.query.wanted, _caller(call)
        if not caller.administers:
            if wanted.requested_by not in (None, call.user.id):
                caller.require_admin()
            wanted = replace(wanted, requested_by=call.user.id)
        page = await self.queue.list(wanted, call.query.limit, call.query.before)
        return JobsPage.of(page, await self.queue.total(wanted))

    async def ask(self, call: Call[NoQuery, AskJob]) -> Reply:
        """Ask for a job by its name.

        A repeat with the same Idempotency-Key and the same body is answered 200, with the same job.
        """
        contract = self._contract(call.body.name, _caller(call))
        try:
            given = contract.payload.model_validate_json(json.dumps(call.body.payload))
        except ValidationError as error:
            raise refused(error, within="payload") from None
        payload = contract.asked_by(given, _caller(call))
        asked = Asked(call.user.id, call.key, call.body.due_at, trace_of(call.request))
        job, repeated = await self.queue.request(contract, payload, asked)
        return Reply(JobAnswer.of(job), 200 if repeated else 201, at(job), repeated)

    async def one(self, call: Call[NoQuery, NoBody]) -> JobAnswer:
        """Read one job."""
        return JobAnswer.of(await self._readable(call))

    async def events(self, call: Call[FollowJob, NoBody]) -> web.StreamResponse:
        """Follow a job: what happened to it, and what happens, as Server-Sent Events.

        The id of an event is its `seq`, its name the `kind`; `Last-Event-ID` or `after` tells which ones are known. The
        stream ends with the job. Who then asks again is answered 204, which tells a browser to stop asking. It also
        ends after five minutes: ask again, and miss nothing.
        """
        job, after = await self._readable(call), max(call.query.after, heard_of(call.request))
        if job.state.final and after >= job.seq:
            return web.Response(status=204)
        return await call.request.app[STREAMS].send(call.request, call.user.id, self._texts(job.id, after))

    async def retry(self, call: Call[NoQuery, NoBody]) -> JobAnswer:
        """Try a job of one's own again that failed or is a dead letter."""
        return JobAnswer.of(await self.queue.retry((await self._own(call)).id))

    async def cancel(self, call: Call[NoQuery, NoBody]) -> JobAnswer:
        """Take back a job of one's own.

        One that is active ends soon: `cancelAsked` says that it is to.
        """
        return JobAnswer.of(await self.queue.cancel((await self._own(call)).id))

    def _contract(self, name: str, caller: Caller) -> Contract[Any]:
        """The contract of that name, where the caller may ask for it. Raises NotFound and Forbidden."""
        work = self.works.get(name)
        if work is None or work.contract.open_to is OpenTo.NOBODY:
            raise NotFound("JOB_NAME_UNKNOWN", "Give the name of a job that the documentation lists.", job=name)
        if work.contract.open_to is OpenTo.ADMINS:
            caller.require_admin()
        return work.contract

    async def _readable(self, call: Call[Any, NoBody]) -> Execution:
        job = await self.queue.get(job_id(call))
        if job.requested_by != call.user.id and not _caller(call).administers:
            raise job_not_found(job.id)
        return job

    async def _own(self, call: Call[NoQuery, NoBody]) -> Execution:
        job = await self.queue.get(job_id(call))
        if job.requested_by != call.user.id:
            raise job_not_found(job.id)
        return job

    async def _texts(self, job_id: JobId, after: int) -> AsyncIterator[str]:
        async for event in self.follow.events(job_id, after):
            yield event_text(event.seq, event.kind, JobEventAnswer.of(event))


def at(job: Execution) -> dict[str, str]:
    """The header that says where to read a job."""
    return {"Location": f"{_JOBS}/{job.id}"}


def job_id(call: Call[Any, Any]) -> JobId:
    """The job in the path. Raises NotFound."""
    return JobId(call.id(code="JOB_NOT_FOUND"))


def _caller(call: Call[Any, Any]) -> Caller:
    assert call.caller is not None, "the guard let nobody in"
    return call.caller
