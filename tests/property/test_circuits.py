"""Circuits at random, where every way of the table has been met in the end; and that a faulty rule is found."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import Phase as Stage
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from domain.breakers.circuit import Answer, Circuit, CircuitRule, Phase
from domain.breakers.counts import Counts, Totals
from domain.breakers.error_rate import ErrorRateRule, tally
from domain.breakers.trip import Decision, Step
from tests.property.circuit_machine import WAYS, CircuitMachine

searching = settings(
    phases=[Stage.generate],
    max_examples=1_000,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
)


def admits_one_more(circuit: Circuit, now: datetime, rule: CircuitRule) -> Step[Circuit]:
    return circuit.admit(now, replace(rule, trials=rule.trials + 1))


def counts_its_refusals(circuit: Circuit, now: datetime, rule: CircuitRule) -> Step[Circuit]:
    """As if a request that was refused had failed."""
    step = circuit.admit(now, rule)
    if step.decision is Decision.REJECT:
        return step._replace(state=circuit.conclude(circuit.round, Answer.FAILED, now, rule))
    return step


def waits_longer(circuit: Circuit, now: datetime, rule: CircuitRule) -> Step[Circuit]:
    return circuit.admit(now - timedelta(microseconds=1), rule)


def never_gives_up(circuit: Circuit, now: datetime, rule: CircuitRule) -> Step[Circuit]:
    if circuit.phase is Phase.HALF_OPEN and circuit.trials >= rule.trials:
        return Step(circuit, Decision.REJECT)
    return circuit.admit(now, rule)


def takes_any_round(circuit: Circuit, round_: int, answer: Answer, now: datetime, rule: CircuitRule) -> Circuit:
    return circuit.conclude(circuit.round, answer, now, rule)


def takes_all_for_failures(circuit: Circuit, round_: int, answer: Answer, now: datetime, rule: CircuitRule) -> Circuit:
    good = answer is Answer.GOOD
    return circuit.conclude(round_, answer if good else Answer.FAILED, now, rule)


def keeps_the_room(circuit: Circuit, round_: int, answer: Answer, now: datetime, rule: CircuitRule) -> Circuit:
    """A trial that is not counted is one all the same."""
    return circuit if answer is Answer.UNCOUNTED else circuit.conclude(round_, answer, now, rule)


def closes_at_once(circuit: Circuit, round_: int, answer: Answer, now: datetime, rule: CircuitRule) -> Circuit:
    return circuit.conclude(round_, answer, now, replace(rule, trials=1))


def closes_after_a_failure(circuit: Circuit, round_: int, answer: Answer, now: datetime, rule: CircuitRule) -> Circuit:
    after = circuit.conclude(round_, answer, now, rule)
    return replace(after, phase=Phase.CLOSED, until=None) if answer is Answer.FAILED and after != circuit else after


def counts_what_is_not_counted(counts: Counts, round_: int, answer: Answer, now: datetime, window: timedelta) -> Counts:
    return counts.add(round_, Answer.GOOD if answer is Answer.UNCOUNTED else answer, now, window)


def counts_the_callers_faults(counts: Counts, round_: int, answer: Answer, now: datetime, window: timedelta) -> Counts:
    return counts.add(round_, Answer.FAILED if answer is Answer.UNCOUNTED else answer, now, window)


def forgets_nothing(counts: Counts, round_: int, answer: Answer, now: datetime, window: timedelta) -> Counts:
    """What was counted before it opened is counted after it closed."""
    return replace(replace(counts, round=round_).add(round_, answer, now, window), round=round_)


def trips_at_the_rate(circuit: Circuit, totals: Totals, now: datetime, rule: ErrorRateRule) -> Step[Circuit]:
    return tally(circuit, totals, now, replace(rule, rate_bps=rule.rate_bps - 1))


def trips_with_one_less(circuit: Circuit, totals: Totals, now: datetime, rule: ErrorRateRule) -> Step[Circuit]:
    return tally(circuit, totals, now, replace(rule, least=rule.least - 1))


def tells_everything(circuit: Circuit, totals: Totals, now: datetime, rule: ErrorRateRule) -> Step[Circuit]:
    return tally(replace(circuit, quiet_until=None), totals, now, rule)


class CountingMachine(CircuitMachine):
    """With a count of its own of what happened."""

    seen: ClassVar[Counter[tuple[Phase, str]]] = Counter()


def test_a_circuit_never_leaves_the_table() -> None:
    run_state_machine_as_test(CountingMachine)
    met = {*WAYS, (Phase.OPEN, "refused"), (Phase.HALF_OPEN, "refused")}
    assert CountingMachine.seen.keys() == met


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("admit", admits_one_more),
        ("admit", counts_its_refusals),
        ("admit", waits_longer),
        ("admit", never_gives_up),
        ("conclude", takes_any_round),
        ("conclude", takes_all_for_failures),
        ("conclude", keeps_the_room),
        ("conclude", closes_at_once),
        ("conclude", closes_after_a_failure),
        ("add", counts_what_is_not_counted),
        ("add", counts_the_callers_faults),
        ("add", forgets_nothing),
        ("tally", trips_at_the_rate),
        ("tally", trips_with_one_less),
        ("tally", tells_everything),
    ],
)
def test_a_faulty_rule_is_found(rule: str, fault: object) -> None:
    faulty = type("FaultyMachine", (CircuitMachine,), {rule: staticmethod(fault)})  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        run_state_machine_as_test(faulty, settings=searching)
