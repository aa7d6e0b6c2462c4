"""Accounts and point grants in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from adapters.postgres.rows import USER_COLUMNS, to_user
from adapters.postgres.session import Session
from adapters.postgres.tables import point_grants, users
from application.shared.store import StoreError
from domain.accounts.handle import handle_taken
from domain.accounts.user import GrantReason, PointGrant, Role, User
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import UserId

_USER = select(*(users.c[name] for name in USER_COLUMNS))


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
        return await self._one(_USER.where(users.c.id == user_id).with_for_update(), user_id)

    async def read(self, user_id: UserId) -> User:
        """One account as it is now, without a lock. Raises NotFound."""
        return await self._one(_USER.where(users.c.id == user_id), user_id)

    async def rename(self, user: User) -> None:
        """Store a locked account's handle. Raises Conflict where another account has it."""
        try:
            await self._session.run(update(users).where(users.c.id == user.id).values(handle=user.handle))
        except StoreError as error:
            if not error.duplicate:
                raise
            raise handle_taken(user.handle) from error

    async def lock_with_administrators(self, user_id: UserId) -> tuple[User, Collection[User]]:
        """Lock one account and all active administrators, in the order of their ids. Raises NotFound."""
        administers = (users.c.role == Role.ADMIN) & users.c.active
        both = _USER.where((users.c.id == user_id) | administers).order_by(users.c.id).with_for_update()
        locked = {user.id: user for user in map(to_user, await self._session.rows(both))}
        if user_id not in locked:
            raise NotFound("USER_NOT_FOUND", "List the users and choose one of them.", user_id=str(user_id))
        return locked[user_id], [user for user in locked.values() if user.administers]

    async def named(self, handle: str) -> UserId:
        """The account with this handle. Raises NotFound."""
        row = await self._session.row(select(users.c.id).where(users.c.handle == handle))
        if row is None:
            raise NotFound("USER_NOT_FOUND", "Nobody has this handle; check its spelling.", handle=handle)
        return UserId(row[0])

    async def change(self, user: User) -> None:
        """Store a locked account's role, and whether it is active."""
        await self._session.run(update(users).where(users.c.id == user.id).values(role=user.role, active=user.active))

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

    async def _one(self, statement: Select[Any], user_id: UserId) -> User:
        row = await self._session.row(statement)
        if row is None:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
        return to_user(row)
