"""Jobs at random, where every way of the table has been met in the end; and that a faulty rule is found."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.jobs.execution import EventKind, Execution, State, Step
from tests.property.execution_machine import WAYS, ExecutionMachine

searching = settings(
    phases=[Phase.generate],
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
)
Fault = Callable[[Execution, Step], Step]


def keeps_its_lease(before: Execution, step: Step) -> Step:
    return Step(replace(step.execution, lease_until=before.lease_until or step.execution.lease_until), step.event)


def counts_no_attempt(before: Execution, step: Step) -> Step:
    return Step(replace(step.execution, attempt=max(before.attempt, 1)), step.event)


def forgets_an_event(before: Execution, step: Step) -> Step:
    return Step(replace(step.execution, seq=before.seq), step.event) if step.event is EventKind.PROGRESS else step


def counts_a_release_as_a_failure(_: Execution, step: Step) -> Step:
    released = step.event is EventKind.RELEASED
    return Step(replace(step.execution, failures=step.execution.failures + released), step.event)


def stays_cancelled(before: Execution, step: Step) -> Step:
    asked = step.execution.cancel_asked or before.cancel_asked
    return Step(replace(step.execution, cancel_asked=asked), step.event)


def leaves_a_final_state(before: Execution, step: Step) -> Step:
    """Where a job ends, it waits again."""
    if step.event is EventKind.COMPLETED:
        return Step(replace(step.execution, state=State.PENDING, finished_at=None), step.event)
    return step


class CountingMachine(ExecutionMachine):
    """With a count of its own of what happened."""

    seen: ClassVar[Counter[tuple[State, EventKind | None]]] = Counter()


def test_a_job_never_leaves_the_table() -> None:
    run_state_machine_as_test(CountingMachine)
    assert WAYS.keys() - CountingMachine.seen.keys() == set()


@pytest.mark.parametrize(
    "fault",
    [
        keeps_its_lease,
        counts_no_attempt,
        forgets_an_event,
        counts_a_release_as_a_failure,
        stays_cancelled,
        leaves_a_final_state,
    ],
)
def test_a_faulty_rule_is_found(fault: Fault) -> None:
    faulty = type("FaultyMachine", (ExecutionMachine,), {"faulty": staticmethod(fault)})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(faulty, settings=searching)
