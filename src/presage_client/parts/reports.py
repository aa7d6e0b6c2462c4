"""Finished reports."""

from collections.abc import AsyncIterator
from uuid import UUID

from presage_client.models.pages import Paged
from presage_client.models.reports import Report, ReportsPage
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

_PAGE = Operation("GET", "/api/v1/me/reports", ReportsPage, query=Paged)
_DOWNLOAD = Operation("GET", "/api/v1/reports/{id}", bytes)


class Reports(Part):
    """One's own reports; an administrator downloads anybody's."""

    @calls(_PAGE)
    def page(self, *, limit: int | None = None, cursor: str | None = None) -> Asked:
        """One page of one's finished reports, newest first."""
        return Asked(query=Paged(limit=limit, cursor=cursor))

    def all(self) -> AsyncIterator[Report]:
        """One's finished reports, newest first."""
        return every(lambda cursor: self.page(cursor=cursor))

    @calls(_DOWNLOAD)
    def download(self, report_id: UUID | str) -> Asked:
        """The file of a report."""
        return Asked({"id": report_id})
