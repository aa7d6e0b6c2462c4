"""What an audit has checked, and what it found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.trading.difference import Difference

MOST_SHOWN = 20
"""Differences of one check that a report names; the others are counted."""


class Check(StrEnum):
    """What is checked, by the name of what is counted."""

    ENTRIES = "ledger entries"
    MARKETS = "markets"
    HOLDINGS = "holdings"
    ACCOUNTS = "accounts"
    KEYS = "idempotency keys"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: how many things it looked at, how many differences it found, and the first of them."""

    check: Check
    count: int
    found: int
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Every check, in order."""

    checks: Sequence[Checked]

    @property
    def clean(self) -> bool:
        """Whether no check found anything."""
        return self.found == 0

    @property
    def found(self) -> int:
        """How many differences there are."""
        return sum(checked.found for checked in self.checks)

    @property
    def differences(self) -> Sequence[Difference]:
        """The differences, up to MOST_SHOWN of each check."""
        return [difference for checked in self.checks for difference in checked.differences]


class Findings:
    """Gathers a report."""

    def __init__(self) -> None:
        self._counts: Counter[Check] = Counter()
        self._found: Counter[Check] = Counter()
        self._shown: dict[Check, list[Difference]] = {check: [] for check in Check}

    def count(self, check: Check, number: int = 1) -> None:
        """So many more things were looked at."""
        self._counts[check] += number

    def add(self, check: Check, found: Iterable[Difference]) -> None:
        """These differences were found."""
        shown = self._shown[check]
        for difference in found:
            self._found[check] += 1
            if len(shown) < MOST_SHOWN:
                shown.append(difference)

    def take(self, others: "Findings") -> None:
        """Take over what was found elsewhere."""
        self._counts += others._counts
        self._found += others._found
        for check, shown in self._shown.items():
            shown.extend(others._shown[check][: MOST_SHOWN - len(shown)])

    def report(self) -> AuditReport:
        """What has come together."""
        return AuditReport(
            [Checked(check, self._counts[check], self._found[check], self._shown[check]) for check in Check]
        )
