"""Drawing in a process of its own: the same file, and nothing left behind whatever becomes of the process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import psutil
import pytest

from adapters.reports.apart import AT_ONCE, DrawnApart
from adapters.reports.rendering import drawn
from application.reports.listed import Listed
from application.reports.request import ReportFormat
from application.reports.user_statement import UserStatement
from domain.shared.errors import Unavailable
from tests.behaviour.reporting import by_hand, market_report, statement
from tests.behaviour.stores import memory_world

LINES = 20_000
"""So many take longer to draw than any test waits."""


@pytest.fixture
async def report() -> AsyncIterator[UserStatement]:
    async with memory_world() as world:
        scene = await by_hand(world)
        yield await statement(world, scene.ada, scene.day(0), scene.day(4))


@pytest.fixture
def long(report: UserStatement) -> UserStatement:
    """A statement that says the same lines again and again, and of which there are more."""
    return replace(report, lines=Listed(list(report.lines.items) * (LINES // 2), LINES + 1))


def drawing() -> list[psutil.Process]:
    """The processes that draw."""
    return [child for child in psutil.Process().children() if _draws(child)]


def _draws(child: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return False  # it has just ended


async def begun() -> psutil.Process:
    while not (found := drawing()):  # noqa: ASYNC110 - another process says nothing when it begins
        await asyncio.sleep(0.01)
    return found[0]


async def test_the_file_is_the_same(report: UserStatement) -> None:
    apart = DrawnApart()
    for report_format in (ReportFormat.HTML, ReportFormat.CSV):
        assert await apart(report, report_format) == drawn(report, report_format)
    assert drawing() == []


async def test_a_list_of_several_parts_arrives_whole(report: UserStatement) -> None:
    several = replace(report, lines=Listed(list(report.lines.items) * AT_ONCE, 2 * AT_ONCE + 1))
    assert await DrawnApart()(several, ReportFormat.CSV) == drawn(several, ReportFormat.CSV)


async def test_a_market_s_too() -> None:
    async with memory_world() as world:
        report = await market_report(world, (await by_hand(world)).market)
    file = await DrawnApart()(report, ReportFormat.PDF)
    assert file.content.startswith(b"%PDF-")


async def test_one_after_the_other(report: UserStatement) -> None:
    apart, most = DrawnApart(), 0
    tasks = [asyncio.create_task(apart(report, ReportFormat.HTML)) for _ in range(3)]
    while not all(task.done() for task in tasks):
        most = max(most, len(drawing()))
        await asyncio.sleep(0.01)
    assert most == 1
    assert len({task.result() for task in tasks}) == 1


async def test_a_process_that_is_killed(long: UserStatement) -> None:
    task = asyncio.create_task(DrawnApart()(long, ReportFormat.PDF))
    (await begun()).kill()
    with pytest.raises(Unavailable) as refused:
        await task
    assert refused.value.code == "REPORT_LOST"


async def test_who_stops_waiting_ends_it(long: UserStatement, report: UserStatement) -> None:
    apart = DrawnApart()
    task = asyncio.create_task(apart(long, ReportFormat.PDF))
    process = await begun()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    process.wait(10)
    assert (await apart(report, ReportFormat.CSV)).file_name.endswith(".csv")


async def test_what_goes_wrong_there_is_raised_here(report: UserStatement) -> None:
    unfit: Any = dict.fromkeys(report.titles)
    with pytest.raises(AttributeError) as wrong:
        await DrawnApart()(replace(report, titles=unfit), ReportFormat.CSV)
    assert "statement_document.py" in wrong.value.__notes__[0]
