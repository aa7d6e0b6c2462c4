"""A job's states: each way from one to another, and what is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.jobs.execution import LOST, MAX_MESSAGE_LENGTH, EventKind, Execution, State, Step
from domain.jobs.retry import DEFAULT_RETRIES
from domain.shared.errors import Conflict, Invalid
from tests.unit.domain.exchange import OPENED
from tests.unit.domain.executions import ACTIVE, DELAY, FAILURE, IN_STATE, LATER, LEASE, MOMENT, ONE_RETRY, PENDING

WAYS: dict[str, tuple[Callable[[Execution], Step], set[State]]] = {
    "claim": (lambda job: job.claim(LATER, LEASE), {State.PENDING, State.RETRYING}),
    "tell": (lambda job: job.tell(50, "Half."), {State.ACTIVE}),
    "complete": (lambda job: job.complete(None, LATER), {State.ACTIVE}),
    "refuse": (lambda job: job.refuse(FAILURE, LATER), {State.ACTIVE}),
    "bury": (lambda job: job.bury(FAILURE, LATER), {State.ACTIVE}),
    "fail": (lambda job: job.fail(FAILURE, ONE_RETRY, LATER), {State.ACTIVE}),
    "lose": (lambda job: job.lose(ONE_RETRY, LATER), {State.ACTIVE}),
    "release": (lambda job: job.release(), {State.ACTIVE}),
    "cancel": (lambda job: job.cancel(LATER), {State.PENDING, State.RETRYING, State.ACTIVE}),
    "cancelled": (lambda job: job.cancelled(LATER), {State.ACTIVE}),
    "requeue": (lambda job: job.requeue(LATER), {State.FAILED, State.DEAD_LETTER}),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_leads_from_its_own_states_alone(way: str, state: State) -> None:
    go, allowed = WAYS[way]
    assert IN_STATE[state].state is state
    if state in allowed:
        go(IN_STATE[state])
        return
    with pytest.raises(Conflict, match=r" and cannot be (taken|ended|cancelled|tried again); read it again\.$") as no:
        go(IN_STATE[state])
    assert (no.value.code, no.value.details) == ("JOB_STATE", {"state": state})


def test_what_waits_and_what_is_final() -> None:
    assert {state for state in State if state.waiting} == {State.PENDING, State.RETRYING}
    assert {state for state in State if state.final} == set(State) - {State.PENDING, State.RETRYING, State.ACTIVE}


def test_it_is_taken_once_it_is_due() -> None:
    with pytest.raises(Conflict):
        PENDING.claim(OPENED - MOMENT, LEASE)
    taken, event = PENDING.claim(OPENED, LEASE)
    assert event is EventKind.ACTIVE
    assert (taken.state, taken.attempt, taken.seq) == (State.ACTIVE, 1, 2)
    assert (taken.lease_until, taken.started_at) == (OPENED + LEASE, OPENED)


def test_it_tells_how_far_it_is() -> None:
    told, event = ACTIVE.tell(100, "x" * MAX_MESSAGE_LENGTH)
    assert (told.progress, len(told.message), told.seq, event) == (100, 200, ACTIVE.seq + 1, EventKind.PROGRESS)
    for percent, message in ((-1, ""), (101, ""), (50, "x" * (MAX_MESSAGE_LENGTH + 1))):
        with pytest.raises(Invalid) as refused:
            ACTIVE.tell(percent, message)
        assert refused.value.code == "JOB_PROGRESS"


def test_it_completes_with_its_result() -> None:
    step = ACTIVE.tell(10, "Begun.").execution.complete('{"a": 1}', LATER)
    assert step.event is EventKind.COMPLETED
    assert (step.execution.result, step.execution.progress, step.execution.message) == ('{"a": 1}', 100, "Begun.")
    assert (step.execution.finished_at, step.execution.lease_until) == (LATER, None)


def test_a_failed_try_is_followed_by_another_and_the_last_by_none() -> None:
    again, event = ACTIVE.fail(FAILURE, ONE_RETRY, LATER)
    assert event is EventKind.RETRYING
    assert (again.due_at, again.failures, again.failure, again.finished_at) == (LATER + DELAY, 1, FAILURE, None)
    second = again.claim(LATER + DELAY, LEASE).execution
    assert (second.attempt, second.started_at) == (2, OPENED)
    dead, event = second.fail(FAILURE, ONE_RETRY, LATER + DELAY)
    assert event is EventKind.DEAD
    assert (dead.state, dead.failures, dead.finished_at) == (State.DEAD_LETTER, 2, LATER + DELAY)


def test_one_whose_worker_fell_silent_is_suspect_until_it_ends_in_another_way() -> None:
    lost, event = ACTIVE.lose(ONE_RETRY, LATER)
    assert (lost.suspect, lost.due_at, lost.failure, event) == (True, LATER + DELAY, LOST, EventKind.RETRYING)
    again = lost.claim(LATER + DELAY, LEASE).execution
    assert again.suspect
    for step in (again.release(), again.fail(FAILURE, DEFAULT_RETRIES, LATER), again.complete(None, LATER)):
        assert not step.execution.suspect
    dead, event = again.lose(ONE_RETRY, LATER)
    assert (dead.state, dead.suspect, event) == (State.DEAD_LETTER, False, EventKind.DEAD)
    asked = again.cancel(LATER).execution
    assert asked.lose(ONE_RETRY, LATER).execution == asked.cancelled(LATER).execution


def test_one_that_was_released_keeps_its_place_and_its_tries() -> None:
    released, event = ACTIVE.release()
    assert event is EventKind.RELEASED
    assert (released.state, released.due_at, released.failures, released.lease_until) == ("pending", OPENED, 0, None)
    assert released.claim(LATER, LEASE).execution.attempt == 2


def test_one_that_waits_is_cancelled_and_one_that_runs_is_asked_to_end() -> None:
    assert PENDING.cancel(LATER) == (
        replace(PENDING, state=State.CANCELLED, seq=2, finished_at=LATER),
        EventKind.CANCELLED,
    )
    asked, told = ACTIVE.cancel(LATER)
    assert (asked, told) == (replace(ACTIVE, cancel_asked=True), None)
    ended, event = asked.cancelled(LATER)
    assert event is EventKind.CANCELLED
    assert (ended.state, ended.cancel_asked, ended.finished_at) == (State.CANCELLED, False, LATER)


def test_nobody_tries_again_what_he_cancelled() -> None:
    asked = ACTIVE.cancel(LATER).execution
    assert asked.fail(FAILURE, ONE_RETRY, LATER) == asked.cancelled(LATER)
    assert asked.release().execution.cancel(LATER).execution.cancel_asked is False


def test_requeued_it_is_as_if_it_had_never_failed() -> None:
    told = ACTIVE.tell(40, "Nearly.").execution
    again, event = told.bury(FAILURE, OPENED).execution.requeue(LATER)
    assert event is EventKind.REQUEUED
    assert (again.state, again.due_at, again.failures, again.finished_at) == (State.PENDING, LATER, 0, None)
    assert (again.progress, again.message) == (0, "")
    assert (again.attempt, again.seq) == (1, told.seq + 2)


def test_a_traceback_is_in_no_log_by_accident() -> None:
    assert "Traceback" not in repr(FAILURE)
    assert '"a"' not in repr(IN_STATE[State.COMPLETED])
