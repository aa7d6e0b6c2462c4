"""Read a finished report: for whoever asked for it, and for administrators."""

from dataclasses import dataclass

from application.reports.files import ReportFile, ReportStore, report_not_found
from application.reports.request import Requester
from application.shared.ports import Clock
from domain.shared.ids import ReportId


@dataclass(frozen=True, slots=True)
class ReadReport:
    """Finds a file and its content."""

    store: ReportStore
    clock: Clock

    async def __call__(self, report_id: ReportId, reader: Requester) -> tuple[ReportFile, bytes]:
        """The file and what is in it. Raises NotFound, also where it is another's."""
        now = self.clock.now()
        file = await self.store.file(report_id, now)
        if reader.user_id != file.requested_by and not reader.administers:
            raise report_not_found(report_id)
        return file, await self.store.content(report_id, now)
