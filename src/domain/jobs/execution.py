"""A job's execution: its states, and every way from one to another."""

from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from domain.jobs.retry import RetrySchedule
from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import JobId, UserId
from domain.shared.value import changed, value

DONE = 100
"""Per cent."""

MAX_MESSAGE_LENGTH = 200


class State(StrEnum):
    """Where a job stands."""

    PENDING = "pending"
    ACTIVE = "active"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    DEAD_LETTER = "dead_letter"
    CANCELLED = "cancelled"

    @property
    def waiting(self) -> bool:
        """Whether a worker may take it once it is due."""
        return self in (State.PENDING, State.RETRYING)

    @property
    def final(self) -> bool:
        """Whether nothing more happens by itself."""
        return not self.waiting and self is not State.ACTIVE


UNDONE = frozenset({State.FAILED, State.DEAD_LETTER, State.CANCELLED})
"""Ends at which the work was not done."""


class Queue(StrEnum):
    """Where jobs wait for workers."""

    TRADES = "trades"
    MARKET_OPS = "market-ops"
    NOTIFICATIONS = "notifications"
    REPORTS = "reports"
    MAINTENANCE = "maintenance"


class EventKind(StrEnum):
    """What may happen to a job."""

    ENQUEUED = "enqueued"
    ACTIVE = "active"
    PROGRESS = "progress"
    RETRYING = "retrying"
    RELEASED = "released"
    COMPLETED = "completed"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"
    REQUEUED = "requeued"


@value
class Failure:
    """Why a try did not succeed; the traceback is for operators alone."""

    code: str
    message: str
    traceback: str | None = field(default=None, repr=False)


LOST = Failure("WORKER_LOST", "The worker that had the job fell silent; it was stopped, cut off or blocked.")


@value
class Execution:
    """A job from its being asked for to its end.

    `payload` and `result` are JSON text. `attempt` counts how often a worker has taken it: it fences the worker that
    took it last from all before. `failures` counts the tries that failed since it was last asked for, `seq` the events
    of its history. The lease is the time until which its worker need not be doubted. One whose last worker fell silent
    is `suspect`: it may have been the reason.
    """

    id: JobId
    name: str
    version: int
    queue: Queue
    payload: str = field(repr=False)
    due_at: datetime
    created_at: datetime
    requested_by: UserId | None = None
    key: str | None = None
    fingerprint: bytes = b""
    trace: str | None = None
    state: State = State.PENDING
    attempt: int = 0
    failures: int = 0
    seq: int = 1
    lease_until: datetime | None = None
    cancel_asked: bool = False
    suspect: bool = False
    progress: int = 0
    message: str = ""
    result: str | None = field(default=None, repr=False)
    failure: Failure | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    def claim(self, now: datetime, lease: timedelta) -> "Step":
        """A worker takes it. Raises Conflict unless it waits and is due."""
        if not self.state.waiting or self.due_at > now:
            raise _not_allowed(self, "taken")
        return self._step(
            EventKind.ACTIVE,
            state=State.ACTIVE,
            attempt=self.attempt + 1,
            lease_until=now + lease,
            started_at=self.started_at or now,
        )

    def tell(self, percent: int, message: str) -> "Step":
        """How far it is. Raises Conflict unless it is active, and Invalid for what is no percentage or too long."""
        self._require_active()
        if not 0 <= percent <= DONE or len(message) > MAX_MESSAGE_LENGTH:
            raise Invalid(
                "JOB_PROGRESS", f"Give 0 to {DONE} per cent and at most {MAX_MESSAGE_LENGTH} characters of message."
            )
        return self._step(EventKind.PROGRESS, progress=percent, message=message)

    def complete(self, result: str | None, now: datetime) -> "Step":
        """Its work is done. Raises Conflict unless it is active."""
        return self._end(State.COMPLETED, EventKind.COMPLETED, now, progress=DONE, result=result, failure=None)

    def refuse(self, failure: Failure, now: datetime) -> "Step":
        """It was refused, and would be again. Raises Conflict unless it is active."""
        return self._end(State.FAILED, EventKind.FAILED, now, failure=failure, failures=self.failures + 1)

    def bury(self, failure: Failure, now: datetime) -> "Step":
        """It cannot be tried, or not any more. Raises Conflict unless it is active."""
        return self._end(State.DEAD_LETTER, EventKind.DEAD, now, failure=failure, failures=self.failures + 1)

    def fail(self, failure: Failure, retries: RetrySchedule, now: datetime) -> "Step":
        """A try failed: another one is due, or it is buried. Raises Conflict unless it is active."""
        if self.cancel_asked:
            return self.cancelled(now)
        delay = retries.after(self.failures + 1)
        if delay is None:
            return self.bury(failure, now)
        return self._free(State.RETRYING, EventKind.RETRYING, now + delay, failure=failure, failures=self.failures + 1)

    def lose(self, retries: RetrySchedule, now: datetime) -> "Step":
        """Its worker fell silent: a failed try of one that is suspect from then on. Raises Conflict unless active."""
        step = self.fail(LOST, retries, now)
        return step._replace(execution=replace(step.execution, suspect=step.execution.state.waiting))

    def release(self) -> "Step":
        """Its worker stops before the end, which is no failure: it keeps its place. Raises Conflict unless active."""
        return self._free(State.PENDING, EventKind.RELEASED, self.due_at)

    def cancel(self, now: datetime) -> "Step":
        """Nobody wants it any more: it ends now, or its worker is asked to end it.

        Raises Conflict where it has ended.
        """
        if self.state.final:
            raise _not_allowed(self, "cancelled")
        if self.state is State.ACTIVE:
            return Step(replace(self, cancel_asked=True), None)
        return self._step(
            EventKind.CANCELLED, state=State.CANCELLED, cancel_asked=False, suspect=False, finished_at=now
        )

    def cancelled(self, now: datetime) -> "Step":
        """Its worker ended it as asked. Raises Conflict unless it is active."""
        return self._end(State.CANCELLED, EventKind.CANCELLED, now)

    def requeue(self, now: datetime) -> "Step":
        """Try it again, as if it had never failed. Raises Conflict unless it failed or is a dead letter."""
        if self.state not in (State.FAILED, State.DEAD_LETTER):
            raise _not_allowed(self, "tried again")
        return self._step(
            EventKind.REQUEUED, state=State.PENDING, due_at=now, failures=0, progress=0, message="", finished_at=None
        )

    def _end(self, state: State, event: EventKind, now: datetime, **changes: Any) -> "Step":
        self._require_active()
        ended = {"state": state, "lease_until": None, "cancel_asked": False, "suspect": False, "finished_at": now}
        return self._step(event, **ended, **changes)

    def _free(self, state: State, event: EventKind, due_at: datetime, **changes: Any) -> "Step":
        self._require_active()
        return self._step(event, state=state, lease_until=None, suspect=False, due_at=due_at, **changes)

    def _step(self, event: EventKind, **changes: Any) -> "Step":
        return Step(changed(self, seq=self.seq + 1, **changes), event)

    def _require_active(self) -> None:
        if self.state is not State.ACTIVE:
            raise _not_allowed(self, "ended")


class Step(NamedTuple):
    """A job after something happened to it, and what its history tells of that, if anything."""

    execution: Execution
    event: EventKind | None


def _not_allowed(execution: Execution, what: str) -> Conflict:
    return Conflict(
        "JOB_STATE",
        f"The job is {execution.state.replace('_', ' ')} and cannot be {what}; read it again.",
        state=execution.state,
    )
