"""The log of administration in memory."""

from domain.shared.administration import AdminRecord
from tests.fakes.constraints import check_record, require
from tests.fakes.session import MemorySession


class MemoryAdminLog:
    """Implements the AdminLog port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, record: AdminRecord) -> None:
        await self._session.take_turn()
        with self._session.statement() as state:
            check_record(record)
            require(record.id not in state.admin_actions, "pk_admin_actions")
            state.admin_actions[record.id] = record
