"""The queue: ask for jobs, follow them, and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, Protocol

from application.jobs.contracts import Contract, P, require_storable
from application.jobs.ports import MOST_COUNTED, JobQueries, Jobs, JobsOf, JobsTransactions, QueueStats
from application.shared.pages import Page, one_more, page_of
from application.shared.ports import Clock, Ids
from domain.jobs.execution import UNDONE, Execution, Step
from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import JobId, UserId

FURTHEST = timedelta(days=366)
"""How far ahead people may ask for a job."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a job, with which idempotency key, for when (else at once), and in which trace (W3C).

    With `once` the key's first job stands whatever is asked for now.
    """

    by: UserId | None = None
    key: str | None = None
    due_at: datetime | None = None
    trace: str | None = None
    once: bool = False


NOBODY = Asked()


class Added(NamedTuple):
    """A job; `repeated` where it had been asked for before."""

    execution: Execution
    repeated: bool


@dataclass(frozen=True, slots=True)
class QueueService:
    """Every use case asks for jobs inside its own transaction, so that they are there exactly if it commits."""

    transactions: JobsTransactions
    queries: JobQueries
    clock: Clock
    ids: Ids

    async def add(self, jobs: Jobs, contract: Contract[P], payload: P, asked: Asked = NOBODY) -> Added:
        """Ask for a job in the transaction of `jobs`, once for its key.

        Raises Invalid, and Conflict where the key stands for another job.
        """
        return (await self.add_many(jobs, contract, [payload], asked))[0]

    async def add_many(
        self, jobs: Jobs, contract: Contract[P], payloads: Sequence[P], asked: Asked = NOBODY
    ) -> list[Added]:
        """Ask for a job of each payload. Raises as `add` does.

        Where the key follows from the payload, a job that ended and was not done gives it up to the new one.
        """
        wanted = [self.execution(contract, payload, asked) for payload in payloads]
        firsts = await jobs.add(wanted)
        if asked.key is None and (undone := [first.id for first in firsts if first.state in UNDONE]):
            await jobs.free_keys(undone)
            firsts = await jobs.add(wanted)
        return [_added(job, first, asked) for job, first in zip(wanted, firsts, strict=True)]

    async def request(self, contract: Contract[P], payload: P, asked: Asked = NOBODY) -> Added:
        """Ask for a job in a transaction of its own. Raises as `add` does, and Invalid for a time that is too far."""
        if asked.due_at is not None and asked.due_at > self.clock.now() + FURTHEST:
            raise Invalid("JOB_DUE", f"Give a time at most {FURTHEST.days} days ahead.")
        async with self.transactions() as transaction:
            added = await self.add(transaction.jobs, contract, payload, asked)
            await transaction.commit()
        return added

    async def get(self, job_id: JobId) -> Execution:
        """One job. Raises NotFound."""
        return await self.queries.job(job_id)

    async def list(self, wanted: JobsOf, limit: int, before: JobId | None = None) -> Page[Execution, JobId]:
        """Jobs from the newest on. Raises Invalid."""
        return page_of(await self.queries.jobs(wanted, one_more(limit), before), limit, lambda job: job.id)

    async def total(self, wanted: JobsOf) -> int:
        """How many there are, counted up to MOST_COUNTED."""
        return await self.queries.count(wanted, MOST_COUNTED)

    async def stats(self) -> Sequence[QueueStats]:
        """Every queue."""
        return await self.queries.stats(self.clock.now())

    async def retry(self, job_id: JobId) -> Execution:
        """Try a job again. Raises NotFound, and Conflict unless it failed or is a dead letter."""
        return await self._change(job_id, Execution.requeue)

    async def cancel(self, job_id: JobId) -> Execution:
        """Take a job back; an active one ends soon. Raises NotFound, and Conflict where it has ended."""
        return await self._change(job_id, Execution.cancel)

    async def _change(self, job_id: JobId, happen: "Happening") -> Execution:
        async with self.transactions() as transaction:
            now = self.clock.now()
            step = happen(await transaction.jobs.lock(job_id), now)
            await transaction.jobs.change([step], now)
            await transaction.commit()
        return step.execution

    def execution(self, contract: Contract[P], payload: P, asked: Asked = NOBODY) -> Execution:
        """A job as it is added, for whoever adds it elsewhere. Raises Invalid."""
        now, text = self.clock.now(), payload.model_dump_json()
        require_storable(text)
        return Execution(
            id=JobId(self.ids.new()),
            name=contract.name,
            version=contract.version,
            queue=contract.queue,
            payload=text,
            due_at=asked.due_at or now,
            created_at=now,
            requested_by=asked.by,
            key=_key(contract, payload, asked),
            fingerprint=sha256(f"{contract.name}\0{text}\0{asked.due_at or ''}".encode()).digest(),
            trace=asked.trace,
        )


class Happening(Protocol):
    """What may happen to a job."""

    def __call__(self, execution: Execution, now: datetime, /) -> Step: ...


def _key(contract: Contract[P], payload: P, asked: Asked) -> str | None:
    """A user's key is the user's own; one that follows from the payload is its contract's."""
    if asked.key is not None:
        return f"{asked.by}/{asked.key}" if asked.by else asked.key
    return f"{contract.name}/{contract.key(payload)}" if contract.key else None


def _added(wanted: Execution, first: Execution, asked: Asked) -> Added:
    if first.fingerprint != wanted.fingerprint and not asked.once:
        raise Conflict("IDEMPOTENCY_CONFLICT", "This idempotency key was used for another job; use a new key.")
    return Added(first, repeated=first.id != wanted.id)
