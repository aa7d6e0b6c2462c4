"""Grants in PostgreSQL."""

from sqlalchemy import select

from adapters.postgres.reading.reader import Reader
from adapters.postgres.rows import Row
from adapters.postgres.tables import point_grants
from application.shared.pages import Page, one_more, page_of
from domain.accounts.user import GrantReason, PointGrant
from domain.shared.ids import GrantId, UserId

_COLUMNS = tuple(point_grants.c[name] for name in ("id", "user_id", "amount", "reason", "reference", "granted_at"))


class PostgresGrants(Reader):
    """Implements the GrantQueries port."""

    async def grants(self, user_id: UserId, limit: int, before: GrantId | None = None) -> Page[PointGrant, GrantId]:
        """A user's grants by falling id, which tells the time; none for a user who does not exist. Raises Invalid."""
        found = select(*_COLUMNS).where(point_grants.c.user_id == user_id).order_by(point_grants.c.id.desc())
        if before is not None:
            found = found.where(point_grants.c.id < before)
        rows = await self._rows(found.limit(one_more(limit)))
        return page_of([_grant(row) for row in rows], limit, lambda grant: grant.id)


def _grant(row: Row) -> PointGrant:
    grant_id, user_id, amount, reason, reference, granted_at = row
    return PointGrant(grant_id, user_id, amount, GrantReason(reason), reference, granted_at)
