"""Accounts and point grants in PostgreSQL."""

from datetime import datetime

from sqlalchemy import insert, select, update

from adapters.postgres.rows import USER_COLUMNS, to_user
from adapters.postgres.session import Session
from adapters.postgres.tables import point_grants, users
from application.shared.store import StoreError
from domain.accounts.user import GrantReason, PointGrant, User
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import UserId


class PostgresAccounts:
    """Implements the Accounts port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, user: User, now: datetime) -> None:
        """Add an account without points. Raises Conflict where the id or handle is taken, or a second treasury."""
        values = {"id": user.id, "handle": user.handle, "role": user.role, "active": user.active, "created_at": now}
        try:
            await self._session.run(insert(users).values(**values))
        except StoreError as error:
            if not error.duplicate:
                raise
            raise Conflict("USER_EXISTS", "Choose another handle; this one is taken.", handle=user.handle) from error

    async def lock(self, user_id: UserId) -> User:
        """Lock one account. Raises NotFound."""
        row = await self._session.row(
            select(*(users.c[name] for name in USER_COLUMNS)).where(users.c.id == user_id).with_for_update()
        )
        if row is None:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
        return to_user(row)

    async def grant(self, user_id: UserId, reference: str) -> PointGrant | None:
        """A locked user's grant with this reference, if there is one."""
        grants = point_grants.c
        columns = grants.id, grants.user_id, grants.amount, grants.reason, grants.reference, grants.granted_at
        row = await self._session.row(select(*columns).where(grants.user_id == user_id, grants.reference == reference))
        if row is None:
            return None
        grant_id, _, amount, reason, _, granted_at = row
        return PointGrant(grant_id, user_id, amount, GrantReason(reason), reference, granted_at)

    async def add_grant(self, grant: PointGrant, balance: int) -> None:
        """Add a grant and store the locked user's balance after it, in µP."""
        await self._session.run(
            insert(point_grants).values(
                id=grant.id,
                user_id=grant.user_id,
                amount=grant.amount,
                reason=grant.reason,
                reference=grant.reference,
                granted_at=grant.granted_at,
            )
        )
        await self._session.run(update(users).where(users.c.id == grant.user_id).values(balance=balance))
