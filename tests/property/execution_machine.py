"""One job at random: whatever is asked of it, and whoever asks, against the table of its states."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.jobs.execution import EventKind, Execution, State, Step
from domain.jobs.retry import DEFAULT_RETRIES, Delays, RetrySchedule
from domain.shared.errors import Conflict
from tests.unit.domain.exchange import OPENED
from tests.unit.domain.executions import FAILURE, LEASE, ONE_RETRY, PENDING

WAYS = {
    (State.PENDING, EventKind.ACTIVE): State.ACTIVE,
    (State.PENDING, EventKind.CANCELLED): State.CANCELLED,
    (State.RETRYING, EventKind.ACTIVE): State.ACTIVE,
    (State.RETRYING, EventKind.CANCELLED): State.CANCELLED,
    (State.ACTIVE, EventKind.PROGRESS): State.ACTIVE,
    (State.ACTIVE, None): State.ACTIVE,
    (State.ACTIVE, EventKind.RETRYING): State.RETRYING,
    (State.ACTIVE, EventKind.RELEASED): State.PENDING,
    (State.ACTIVE, EventKind.COMPLETED): State.COMPLETED,
    (State.ACTIVE, EventKind.FAILED): State.FAILED,
    (State.ACTIVE, EventKind.DEAD): State.DEAD_LETTER,
    (State.ACTIVE, EventKind.CANCELLED): State.CANCELLED,
    (State.FAILED, EventKind.REQUEUED): State.PENDING,
    (State.DEAD_LETTER, EventKind.REQUEUED): State.PENDING,
}
"""Every way that there is; without an event, a job is asked to end."""

ENDS = (State.COMPLETED, State.FAILED, State.DEAD_LETTER, State.CANCELLED)
FAILED_TRIES = (EventKind.RETRYING, EventKind.FAILED, EventKind.DEAD)

schedules = st.sampled_from([DEFAULT_RETRIES, ONE_RETRY, Delays(())])
waits = st.sampled_from([timedelta(0), timedelta(seconds=1), timedelta(seconds=7), timedelta(minutes=1)])
Way = Callable[[Execution, datetime, RetrySchedule], Step]

ASKED: dict[str, Way] = {
    "claim": lambda job, now, _: job.claim(now, LEASE),
    "tell": lambda job, now, _: job.tell(now.second, "So far."),
    "complete": lambda job, now, _: job.complete("{}", now),
    "refuse": lambda job, now, _: job.refuse(FAILURE, now),
    "bury": lambda job, now, _: job.bury(FAILURE, now),
    "fail": lambda job, now, retries: job.fail(FAILURE, retries, now),
    "lose": lambda job, now, retries: job.lose(retries, now),
    "release": lambda job, *_: job.release(),
    "cancel": lambda job, now, _: job.cancel(now),
    "cancelled": lambda job, now, _: job.cancelled(now),
    "requeue": lambda job, now, _: job.requeue(now),
}


class ExecutionMachine(RuleBasedStateMachine):
    """A job whose clock only goes forward."""

    seen: ClassVar[Counter[tuple[State, EventKind | None]]] = Counter()
    faulty: ClassVar[Callable[[Execution, Step], Step]] = staticmethod(lambda _, step: step)

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED
        self.job = PENDING
        self.failures = 0

    @precondition(lambda self: self.job.state in (State.COMPLETED, State.CANCELLED))
    @rule()
    def ask_for_another(self) -> None:
        self.job, self.failures = PENDING, 0

    @rule(asked=st.sampled_from(sorted(ASKED)), by=waits, retries=schedules)
    def ask(self, asked: str, by: timedelta, retries: RetrySchedule) -> None:
        """What is refused changes nothing; all else is a way of the table."""
        self.now += by
        before = self.job
        try:
            after, event = type(self).faulty(before, ASKED[asked](before, self.now, retries))
        except Conflict:
            return
        self.job = after
        assert WAYS.get((before.state, event)) is after.state
        self.seen[before.state, event] += 1
        assert after.seq == before.seq + (event is not None)
        assert after.attempt == before.attempt + (event is EventKind.ACTIVE)
        self.count_failures(event)

    def count_failures(self, event: EventKind | None) -> None:
        self.failures = 0 if event is EventKind.REQUEUED else self.failures + (event in FAILED_TRIES)
        assert self.job.failures == self.failures <= self.job.attempt

    @invariant()
    def its_lease_is_there_exactly_while_it_is_active(self) -> None:
        assert (self.job.lease_until is not None) == (self.job.state is State.ACTIVE)

    @invariant()
    def it_has_an_end_exactly_in_a_final_state(self) -> None:
        assert (self.job.finished_at is not None) == (self.job.state in ENDS) == self.job.state.final
        assert not ((self.job.cancel_asked or self.job.suspect) and self.job.state.final)

    @invariant()
    def what_it_was_asked_for_never_changes(self) -> None:
        same = (
            "id",
            "name",
            "version",
            "queue",
            "payload",
            "created_at",
            "requested_by",
            "key",
            "fingerprint",
            "trace",
        )
        assert all(getattr(self.job, name) == getattr(PENDING, name) for name in same)
