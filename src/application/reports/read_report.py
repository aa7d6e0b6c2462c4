"""Read a finished report: for whoever asked for it, and for administrators; another's statement for these alone."""

from dataclasses import dataclass

from application.reports.files import ReportFile, ReportStore, report_not_found
from application.reports.request import ReportKind, Requester
from application.shared.ports import Clock
from domain.shared.ids import ReportId, UserId


@dataclass(frozen=True, slots=True)
class ReadReport:
    """Finds a file and its content."""

    store: ReportStore
    clock: Clock

    async def __call__(self, report_id: ReportId, reader: Requester) -> tuple[ReportFile, bytes]:
        """The file and what is in it. Raises NotFound, also where it is another's."""
        now = self.clock.now()
        file = await self.store.file(report_id, now)
        if not (reader.administers or _own(file, reader.user_id)):
            raise report_not_found(report_id)
        return file, await self.store.content(report_id, now)


def _own(file: ReportFile, user_id: UserId) -> bool:
    """Another's statement stays with administrators: not for who was one when he asked, nor for his API keys."""
    return file.requested_by == user_id and (file.kind is not ReportKind.STATEMENT or file.subject_id == user_id)
