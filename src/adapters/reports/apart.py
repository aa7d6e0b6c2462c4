"""Drawing in a process of its own: a thread that draws for seconds makes the event loop wait for every turn."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection
from traceback import format_exc
from typing import Any

from application.reports.listed import Listed
from application.reports.ports import Drawn, Report
from application.reports.request import ReportFormat
from domain.shared.errors import Unavailable

AT_ONCE = 250
"""Rows that are handed over at once: few, since meanwhile nothing else runs."""


NICENESS = 10
"""By so much those who trade come first where processors are short."""


class DrawnApart:
    """Implements the Renderer port: one report at a time, each in a process that ends with it."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def __call__(self, report: Report, report_format: ReportFormat) -> Drawn:
        """A report as a file; who stops waiting ends the process. Raises Unavailable where it was killed."""
        async with self._turn:
            spawning = get_context("spawn")
            ours, its = spawning.Pipe()
            process = spawning.Process(target=_serve, args=(its,), daemon=True)

            def ask() -> Drawn | Exception:
                with ours:
                    with its:
                        process.start()
                    try:
                        return _ask(ours, report, report_format)
                    finally:
                        process.join()

            try:
                answer = await asyncio.to_thread(ask)
            except (EOFError, ConnectionError) as error:
                advice = "The process that drew the report was killed; have the report made again."
                raise Unavailable("REPORT_LOST", advice) from error
            finally:
                if process.pid is not None:
                    process.kill()
            if isinstance(answer, Exception):
                raise answer
            return answer


def _ask(ours: Connection, report: Report, report_format: ReportFormat) -> Drawn | Exception:
    for part in chain([report_format], _taken_apart(report)):
        ours.send(part)
    answer: Drawn | Exception = ours.recv()
    return answer


def _serve(its: Connection) -> None:
    """Draw one report. Ctrl-C is for whoever asked, whose end of the pipe closes with him."""
    from adapters.reports.rendering import drawn  # noqa: PLC0415 - who asks needs none of the libraries that draw

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    with its, suppress(EOFError, ConnectionError):
        report_format = its.recv()
        report = _put_together(its.recv)
        try:
            answer: Drawn | Exception = drawn(report, report_format)
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            error.add_note(format_exc())
            answer = error
        its.send(answer)


def _taken_apart(report: Report) -> Iterator[Any]:
    """The kind of a report, then its fields in order: a list in parts, and at its end how many there are."""
    yield type(report)
    for field in fields(report):
        value = getattr(report, field.name)
        if isinstance(value, Listed):
            for first in range(0, len(value.items), AT_ONCE):
                yield list(value.items[first : first + AT_ONCE])
            yield Listed((), value.number)
        else:
            yield value


def _put_together(receive: Callable[[], Any]) -> Report:
    """A report of its parts."""
    kind, values = receive(), []
    for _ in fields(kind):
        items: list[Any] = []
        while isinstance(part := receive(), list):
            items += part
        values.append(Listed(items, part.number) if isinstance(part, Listed) else part)
    report: Report = kind(*values)
    return report
