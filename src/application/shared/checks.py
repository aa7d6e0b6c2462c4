"""Checks of an exchange for its operator: what each looked at, what it saw, and how grave that is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter

from application.shared.store import StoreBusy
from domain.shared.errors import PresageError

CHECK_SECONDS = 10.0
"""For one check; one that is silent for longer is critical."""


class Grade(StrEnum):
    """How grave a finding is, from nothing on."""

    HEALTHY = "healthy"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw, in a sentence, with particulars."""

    grade: Grade
    text: str
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at; whatever `look` raises is critical."""

    name: str
    look: Callable[[], Awaitable[Finding]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check, and how long it took."""

    name: str
    finding: Finding
    seconds: float


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every check, in order."""

    checks: Sequence[Checked]

    @property
    def grade(self) -> Grade:
        """That of the gravest finding."""
        found = {checked.finding.grade for checked in self.checks}
        return max(found, key=list(Grade).index, default=Grade.HEALTHY)

    def count(self, grade: Grade) -> int:
        """How many findings are of this grade."""
        return sum(checked.finding.grade is grade for checked in self.checks)


def graded(critical: Sequence[str], warnings: Sequence[str], healthy: str, details: Sequence[str] = ()) -> Finding:
    """A finding of the gravest troubles there are, the others among its particulars, or a healthy one."""
    troubles = [*critical, *warnings]
    if not troubles:
        return Finding(Grade.HEALTHY, healthy, details)
    grade = Grade.CRITICAL if critical else Grade.WARNING
    return Finding(grade, troubles[0], [*troubles[1:], *details])


async def examine(checks: Sequence[Check], seconds: float = CHECK_SECONDS) -> CheckReport:
    """Make all checks side by side; none takes longer than `seconds`, whatever it waits for."""
    return CheckReport(await asyncio.gather(*(_checked(check, seconds) for check in checks)))


async def _checked(check: Check, seconds: float) -> Checked:
    began, look = perf_counter(), asyncio.ensure_future(check.look())
    done, _ = await asyncio.wait([look], timeout=seconds)
    if not done:
        look.cancel()  # it may take its time to end
        finding = Finding(Grade.CRITICAL, f"No answer within {seconds:g} s.")
    elif (error := look.exception()) is not None:
        finding = _failed(error)
    else:
        finding = look.result()
    return Checked(check.name, finding, perf_counter() - began)


def _failed(error: BaseException) -> Finding:
    if isinstance(error, StoreBusy):
        text = "The database cannot be used; check that it runs, and DATABASE_URL."
        return Finding(Grade.CRITICAL, text, [str(error.details["reason"])])
    if isinstance(error, PresageError):
        reason = error.details.get("reason")
        return Finding(Grade.CRITICAL, error.message, [str(reason)] if reason else [])
    return Finding(Grade.CRITICAL, f"{type(error).__name__}: {error}")
