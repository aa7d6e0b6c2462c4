"""Finished reports in PostgreSQL."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.report_tables import reports
from adapters.postgres.rows import Row
from adapters.postgres.session import session
from application.reports.bounds import MAX_FILES
from application.reports.files import ReportFile, report_not_found
from application.reports.request import ReportFormat, ReportKind
from application.shared.pages import Page, one_more, page_of
from domain.shared.ids import ReportId, UserId

FORGOTTEN_AT_ONCE = 100

_FILE = (
    *(reports.c[name] for name in ("id", "kind", "subject_id", "format", "requested_by", "media_type", "file_name")),
    func.octet_length(reports.c.content),
    reports.c.created_at,
    reports.c.expires_at,
)


class PostgresReportStore:
    """Implements the ReportStore port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, file: ReportFile, content: bytes) -> None:
        """Keep a file, unless there is one with its id: the first stays.

        Files that have expired when it is made are forgotten, and of its requester's the oldest beyond MAX_FILES.
        """
        values = {name: value for name, value in asdict(file).items() if name in reports.c}
        theirs = reports.c.requested_by == file.requested_by
        last_kept = select(reports.c.id).where(theirs).order_by(reports.c.id.desc()).limit(MAX_FILES)
        async with session(self._engine) as opened:
            await opened.run(insert(reports).values(**values, content=content).on_conflict_do_nothing())
            await opened.run(_forget(reports.c.expires_at <= file.created_at))
            await opened.run(_forget(theirs & reports.c.id.not_in(last_kept)))
            await opened.commit()

    async def file(self, report_id: ReportId, now: datetime) -> ReportFile:
        """One file without its content. Raises NotFound, also where it has expired."""
        return _file(await self._row(select(*_FILE), report_id, now))

    async def content(self, report_id: ReportId, now: datetime) -> bytes:
        """What is in a file. Raises NotFound, also where it has expired."""
        content: bytes = (await self._row(select(reports.c.content), report_id, now))[0]
        return content

    async def files(
        self, requested_by: UserId, now: datetime, limit: int, before: ReportId | None = None
    ) -> Page[ReportFile, ReportId]:
        """A user's files that have not expired, by falling id, from the one before `before`. Raises Invalid."""
        found = select(*_FILE).where(reports.c.requested_by == requested_by, reports.c.expires_at > now)
        if before is not None:
            found = found.where(reports.c.id < before)
        async with session(self._engine) as opened:
            rows = await opened.rows(found.order_by(reports.c.id.desc()).limit(one_more(limit)))
        return page_of([_file(row) for row in rows], limit, lambda file: file.id)

    async def _row(self, statement: Select[Any], report_id: ReportId, now: datetime) -> Row:
        async with session(self._engine) as opened:
            row = await opened.row(statement.where(reports.c.id == report_id, reports.c.expires_at > now))
        if row is None:
            raise report_not_found(report_id)
        return row


def _forget(useless: ColumnElement[bool]) -> Delete:
    """Delete files, but for those that another transaction is deleting just now."""
    found = select(reports.c.id).where(useless).limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
    return delete(reports).where(reports.c.id.in_(found))


def _file(row: Row) -> ReportFile:
    report_id, kind, subject_id, report_format, *rest = row
    return ReportFile(report_id, ReportKind(kind), subject_id, ReportFormat(report_format), *rest)
