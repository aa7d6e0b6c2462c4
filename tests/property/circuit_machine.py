"""A service at random: its requests, their answers and the clock, against the table of a circuit's phases."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.breakers.circuit import CLOSED, Answer, Circuit, CircuitRule, Phase
from domain.breakers.counts import Counts, Totals
from domain.breakers.error_rate import ErrorRateRule, tally
from domain.breakers.slots import EPOCH, SLOT
from domain.breakers.trip import Decision, Step
from tests.unit.domain.exchange import OPENED

CIRCUIT = CircuitRule(timedelta(seconds=20), trials=3, patience=timedelta(seconds=10), quiet_for=timedelta(minutes=5))
RULE = ErrorRateRule(CIRCUIT, rate_bps=2_000, least=5, window=3 * SLOT)
MOMENT = timedelta(microseconds=1)

WAYS = {
    (Phase.CLOSED, "tripped"): Phase.OPEN,
    (Phase.OPEN, "admitted"): Phase.HALF_OPEN,
    (Phase.HALF_OPEN, "admitted"): Phase.HALF_OPEN,
    (Phase.HALF_OPEN, Answer.FAILED): Phase.OPEN,
    (Phase.HALF_OPEN, Answer.GOOD): Phase.CLOSED,
}
"""Every way to another round."""

waits = st.one_of(
    st.sampled_from([MOMENT, SLOT, CIRCUIT.open_for - MOMENT, CIRCUIT.open_for, CIRCUIT.patience, RULE.window]),
    st.timedeltas(MOMENT, RULE.window),
)
picks = st.integers(0, 10**6)
Admit = Callable[[Circuit, datetime, CircuitRule], Step[Circuit]]
Conclude = Callable[[Circuit, int, Answer, datetime, CircuitRule], Circuit]
Add = Callable[[Counts, int, Answer, datetime, timedelta], Counts]
Tally = Callable[[Circuit, Totals, datetime, ErrorRateRule], Step[Circuit]]


class CircuitMachine(RuleBasedStateMachine):
    """One process; what it let through is answered in any order, or never."""

    seen: ClassVar[Counter[tuple[Phase, str]]] = Counter()
    admit: ClassVar[Admit] = staticmethod(Circuit.admit)
    conclude: ClassVar[Conclude] = staticmethod(Circuit.conclude)
    add: ClassVar[Add] = staticmethod(Counts.add)
    tally: ClassVar[Tally] = staticmethod(tally)

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED
        self.circuit, self.counts = CLOSED, Counts()
        self.under_way: list[int] = []
        self.answered: list[tuple[datetime, Answer]] = []
        self.trials = self.good = 0
        self.opens_at = self.patient_until = self.told_at = OPENED - timedelta(days=1)

    @rule(by=waits)
    def wait(self, by: timedelta) -> None:
        self.now += by

    @precondition(lambda self: self.circuit.phase is Phase.OPEN)
    @rule(beside=st.sampled_from([-MOMENT, timedelta(0), MOMENT]))
    def wait_for_trials(self, beside: timedelta) -> None:
        self.now = max(self.now, self.opens_at + beside)

    @precondition(lambda self: self.circuit.phase is Phase.HALF_OPEN)
    @rule(beside=st.sampled_from([-MOMENT, timedelta(0)]))
    def lose_patience(self, beside: timedelta) -> None:
        self.now = max(self.now, self.patient_until + beside)

    @rule(count=st.integers(1, 6))
    def ask(self, count: int) -> None:
        for _ in range(count):
            before, expected = self.circuit, self.is_admitted()
            step = type(self).admit(before, self.now, CIRCUIT)
            assert (step.decision is Decision.PASS) == expected, "admitted otherwise"
            if not expected:
                assert step.state is before, "a refusal changed it"
                self.seen[before.phase, "refused"] += 1
                continue
            self.goes_to(step.state, "admitted" if step.state.round != before.round else None)
            self.under_way.append(self.circuit.round)
            if self.circuit.phase is Phase.HALF_OPEN:
                self.trials += 1
                self.patient_until = self.now + CIRCUIT.patience

    def is_admitted(self) -> bool:
        match self.circuit.phase:
            case Phase.CLOSED:
                return True
            case Phase.OPEN:
                return self.now >= self.opens_at
            case _:
                return self.trials < CIRCUIT.trials or self.now >= self.patient_until

    @precondition(lambda self: self.under_way)
    @rule(pick=picks, answer=st.sampled_from(Answer))
    def answer(self, pick: int, answer: Answer) -> None:
        self.tell(self.under_way.pop(pick % len(self.under_way)), answer)

    @precondition(lambda self: self.under_way)
    @rule(count=st.integers(1, 6), answer=st.sampled_from(Answer))
    def answer_the_newest(self, count: int, answer: Answer) -> None:
        for round_ in [self.under_way.pop() for _ in range(min(count, len(self.under_way)))]:
            self.tell(round_, answer)

    @precondition(lambda self: self.circuit.phase is Phase.HALF_OPEN)
    @rule()
    def recover(self) -> None:
        """All is well again: every trial that there is room for succeeds."""
        self.ask(CIRCUIT.trials)
        while self.circuit.round in self.under_way and self.circuit.phase is Phase.HALF_OPEN:
            self.under_way.remove(self.circuit.round)
            self.tell(self.circuit.round, Answer.GOOD)

    @precondition(lambda self: self.under_way)
    @rule(pick=picks)
    def lose(self, pick: int) -> None:
        self.under_way.pop(pick % len(self.under_way))

    def tell(self, round_: int, answer: Answer) -> None:
        """As an application does: counted first, and then held against the rules."""
        before, ours = self.circuit, round_ == self.circuit.round
        self.counts = type(self).add(self.counts, round_, answer, self.now, RULE.window)
        after = type(self).conclude(before, round_, answer, self.now, CIRCUIT)
        if ours and before.phase is Phase.HALF_OPEN:
            self.trials -= answer is Answer.UNCOUNTED
            self.good += answer is Answer.GOOD
            ends = answer is Answer.FAILED or self.good == CIRCUIT.trials
            assert (after.round != before.round) == ends, "ended otherwise"
            self.goes_to(after, answer if ends else None)
            return
        assert after is before, "no trial, and not nothing"
        if ours and before.phase is Phase.CLOSED and answer is not Answer.UNCOUNTED:
            self.answered.append((self.now, answer))
        self.count()

    def count(self) -> None:
        step = type(self).tally(self.circuit, self.counts.totals(self.now, RULE.window), self.now, RULE)
        trips = self.circuit.phase is Phase.CLOSED and self.is_over()
        assert (step.state.phase is not self.circuit.phase) == trips, "tripped otherwise"
        told = trips and self.now - self.told_at >= CIRCUIT.quiet_for
        assert (step.trip is not None) == told, "told otherwise"
        self.told_at = self.now if told else self.told_at
        self.goes_to(step.state, "tripped" if trips else None)

    def is_over(self) -> bool:
        earliest = self.now - RULE.window
        earliest -= (earliest - EPOCH) % SLOT
        recent = [answer for at, answer in self.answered if at >= earliest]
        return len(recent) >= RULE.least and 5 * recent.count(Answer.FAILED) > len(recent)

    def goes_to(self, circuit: Circuit, way: str | None) -> None:
        before, self.circuit = self.circuit, circuit
        if way is None:
            assert (circuit.phase, circuit.round) == (before.phase, before.round), "a way that is not there"
            return
        assert WAYS.get((before.phase, way)) is circuit.phase, "a way that is not there"
        assert circuit.round == before.round + 1, "another round"
        self.seen[before.phase, way] += 1
        self.answered, self.trials, self.good = [], 0, 0
        if circuit.phase is Phase.OPEN:
            self.opens_at = self.now + CIRCUIT.open_for

    @invariant()
    def it_has_few_trials(self) -> None:
        half_open = self.circuit.phase is Phase.HALF_OPEN
        assert self.circuit.succeeded + self.under_way.count(self.circuit.round) * half_open <= CIRCUIT.trials
        assert (self.circuit.trials, self.circuit.succeeded) == (self.trials, self.good)
        assert (self.circuit.until is None) == (self.circuit.phase is Phase.CLOSED)

    @invariant()
    def its_counts_are_bounded(self) -> None:
        assert len(self.counts.slots) <= RULE.window // SLOT + 1
