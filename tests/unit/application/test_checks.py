"""Checks for an operator: graded, bounded in time, and never raised past."""

import asyncio
from typing import NoReturn

import pytest

from application.shared.checks import Check, Finding, Grade, examine, graded
from application.shared.store import StoreBusy, StoreError
from domain.shared.errors import Invalid


def finding(grade: Grade) -> Check:
    async def look() -> Finding:
        return Finding(grade, "Seen.")

    return Check(grade, look)


def failing(error: Exception) -> Check:
    async def look() -> NoReturn:
        raise error

    return Check("failing", look)


@pytest.mark.parametrize(
    ("grades", "gravest"),
    [
        ([], Grade.HEALTHY),
        ([Grade.HEALTHY], Grade.HEALTHY),
        ([Grade.HEALTHY, Grade.WARNING, Grade.HEALTHY], Grade.WARNING),
        ([Grade.CRITICAL, Grade.WARNING], Grade.CRITICAL),
    ],
)
async def test_a_report_is_as_grave_as_its_gravest_finding(grades: list[Grade], gravest: Grade) -> None:
    report = await examine([finding(grade) for grade in grades])
    assert report.grade is gravest
    assert [checked.name for checked in report.checks] == grades
    assert all(report.count(grade) == grades.count(grade) for grade in Grade)


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (StoreBusy("gone"), ("The database cannot be used; check that it runs, and DATABASE_URL.", ["gone"])),
        (StoreError("no such table"), ("StoreError: no such table", [])),
        (Invalid("SECRET_KEY", "Set it."), ("Set it.", [])),
        (Invalid("SECRET_KEY", "Set it.", reason="short"), ("Set it.", ["short"])),
        (ZeroDivisionError("by zero"), ("ZeroDivisionError: by zero", [])),
    ],
)
async def test_whatever_a_check_raises_is_critical(error: Exception, seen: tuple[str, list[str]]) -> None:
    report = await examine([failing(error), finding(Grade.HEALTHY)])
    found = report.checks[0].finding
    assert (found.grade, found.text, list(found.details)) == (Grade.CRITICAL, *seen)
    assert report.count(Grade.HEALTHY) == 1


async def test_a_check_that_does_not_end_is_given_up() -> None:
    over = asyncio.Event()

    async def stubborn() -> Finding:
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue
        return Finding(Grade.HEALTHY, "At last.")

    report = await examine([Check("stubborn", stubborn), finding(Grade.HEALTHY)], seconds=0.01)
    over.set()
    assert [checked.finding.text for checked in report.checks] == ["No answer within 0.01 s.", "Seen."]
    assert report.grade is Grade.CRITICAL


@pytest.mark.parametrize(
    ("critical", "warnings", "found"),
    [
        ([], [], Finding(Grade.HEALTHY, "Well.", ["more"])),
        ([], ["a", "b"], Finding(Grade.WARNING, "a", ["b", "more"])),
        (["c"], ["a"], Finding(Grade.CRITICAL, "c", ["a", "more"])),
    ],
)
def test_the_gravest_trouble_is_told_first(critical: list[str], warnings: list[str], found: Finding) -> None:
    assert graded(critical, warnings, "Well.", ["more"]) == found
