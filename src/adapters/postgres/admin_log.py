"""The log of administration in PostgreSQL: added to inside a transaction, read outside of any."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.administration_tables import admin_actions
from adapters.postgres.rows import Row
from adapters.postgres.session import Session, session
from adapters.postgres.tables import users
from application.shared.administration import LoggedAction, RecordsOf
from domain.shared.administration import Actor, AdminAction, AdminRecord
from domain.shared.ids import RecordId

_FILTERS = ("admin_id", "action", "subject_id")


class PostgresAdminLog:
    """Implements the AdminLog port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, record: AdminRecord) -> None:
        """Add a record. Raises StoreError where the store refuses it."""
        await self._session.run(
            insert(admin_actions).values(
                id=record.id,
                at=record.at,
                admin_id=record.actor.admin_id,
                action=record.action,
                subject=record.action.subject,
                subject_id=record.subject_id,
                before=record.before,
                after=record.after,
                reason=record.actor.reason,
                request_id=record.actor.request_id,
            )
        )


class PostgresAdminRecords:
    """Implements the AdminRecords port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def records(self, wanted: RecordsOf, limit: int, before: RecordId | None = None) -> list[LoggedAction]:
        """Records from the newest on, those older than `before`."""
        with_admin = admin_actions.outerjoin(users, users.c.id == admin_actions.c.admin_id)
        found = select(admin_actions, users.c.handle).select_from(with_admin)
        for name in _FILTERS:
            if (value := getattr(wanted, name)) is not None:
                found = found.where(admin_actions.c[name] == value)
        if before is not None:
            found = found.where(admin_actions.c.id < before)
        async with session(self._engine) as opened:
            return [_logged(row) for row in await opened.rows(found.order_by(admin_actions.c.id.desc()).limit(limit))]


def _logged(row: Row) -> LoggedAction:
    record_id, at, admin_id, action, _, subject_id, before, after, reason, request_id, handle = row
    actor = Actor(admin_id, reason, request_id)
    return LoggedAction(AdminRecord(record_id, at, actor, AdminAction(action), subject_id, before, after), handle)
