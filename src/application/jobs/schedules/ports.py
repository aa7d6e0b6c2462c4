"""What schedules need of a store. Every method but `commit` may raise Unavailable."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from application.jobs.ports import Jobs
from application.shared.administration import AdminLog
from domain.jobs.schedule import Schedule
from domain.shared.ids import ScheduleId


class Schedules(Protocol):
    """Schedules, inside one transaction. Lock them before jobs."""

    async def add(self, schedule: Schedule) -> bool:
        """Add a schedule: whether its name was free."""
        ...

    async def lock(self, schedule_id: ScheduleId) -> Schedule:
        """Lock a schedule. Raises NotFound."""
        ...

    async def lock_named(self, name: str) -> Schedule:
        """Lock the schedule of a name. Raises NotFound."""
        ...

    async def lock_due(self, now: datetime, limit: int) -> Sequence[Schedule]:
        """Lock schedules that are due, the longest due ones first; those that another transaction has are left out."""
        ...

    async def running(self, schedules: Collection[Schedule]) -> Collection[ScheduleId]:
        """Those of some locked schedules whose last job has not ended."""
        ...

    async def change(self, schedules: Sequence[Schedule]) -> None:
        """Store locked schedules."""
        ...

    async def remove(self, schedule_id: ScheduleId) -> None:
        """Remove a locked schedule; its jobs stay."""
        ...

    async def keep_of_settings(self, names: Collection[str]) -> None:
        """Remove schedules of the settings, but for those of these names."""
        ...

    async def count(self) -> int:
        """How many were added through the API."""
        ...


class ScheduleTransaction(Protocol):
    """One transaction: rolled back on leaving it unless committed."""

    @property
    def schedules(self) -> Schedules: ...

    @property
    def jobs(self) -> Jobs: ...

    @property
    def admin_log(self) -> AdminLog: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


ScheduleTransactions = Callable[[], AbstractAsyncContextManager[ScheduleTransaction]]


class ScheduleQueries(Protocol):
    """Read access to schedules."""

    async def schedules(self, limit: int, after: ScheduleId | None = None) -> Sequence[Schedule]:
        """Schedules from the oldest on, those added after `after`."""
        ...

    async def next_at(self) -> datetime | None:
        """When the next one is due, or was; none where all are paused."""
        ...
