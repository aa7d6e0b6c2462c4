"""The job `maintenance.refresh_statistics`: let the database know what its tables hold by now."""

import logging
from dataclasses import dataclass
from typing import Protocol

from application.jobs.catalogue.maintenance import Refreshed
from application.jobs.contracts import Nothing
from application.jobs.run import Run

_log = logging.getLogger(__name__)


class Statistics(Protocol):
    """What the database plans its queries by. Every method may raise Unavailable."""

    def tables(self) -> tuple[str, ...]:
        """Those that grow."""
        ...

    async def refresh(self, table: str) -> bool:
        """Look at a table anew: whether that is allowed here."""
        ...


@dataclass(frozen=True, slots=True)
class RefreshStatistics:
    """Where the database's user does not own the tables, it says so and is done."""

    statistics: Statistics

    async def __call__(self, run: Run[Nothing]) -> Refreshed:
        """Which tables were looked at. Raises Unavailable."""
        tables = self.statistics.tables()
        allowed = {}
        for place, table in enumerate(tables):
            await run.progress(100 * place // len(tables), table)
            allowed[table] = await self.statistics.refresh(table)
        refused = [table for table in tables if not allowed[table]]
        if refused:
            _log.warning("statistics are left to the owner of the tables: %s", ", ".join(refused))
        return Refreshed(tables=[table for table in tables if allowed[table]], refused=refused)
