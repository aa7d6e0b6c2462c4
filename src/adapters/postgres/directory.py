"""Accounts as administrators read them, in PostgreSQL."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.rows import USER_COLUMNS, Row, to_user
from adapters.postgres.session import session
from adapters.postgres.tables import users
from application.accounts.directory import Account, UsersWith
from domain.shared.errors import NotFound
from domain.shared.ids import UserId

_ACCOUNT = select(*(users.c[name] for name in USER_COLUMNS), users.c.created_at)


class PostgresDirectory:
    """Implements the Directory port. A text in handles is looked for in all of them: pages are few and short."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def account(self, user_id: UserId) -> Account:
        """One account. Raises NotFound."""
        found = await self._accounts(_ACCOUNT.where(users.c.id == user_id))
        if not found:
            raise NotFound("USER_NOT_FOUND", "List the users and choose one of them.", user_id=str(user_id))
        return found[0]

    async def accounts(self, wanted: UsersWith, limit: int, after: UserId | None = None) -> list[Account]:
        """Accounts in the order of their ids, from the one after `after`."""
        found = _ACCOUNT.order_by(users.c.id).limit(limit)
        if wanted.role is not None:
            found = found.where(users.c.role == wanted.role)
        if wanted.active is not None:
            found = found.where(users.c.active == wanted.active)
        if wanted.text is not None:
            found = found.where(users.c.handle.icontains(wanted.text, autoescape=True))
        if after is not None:
            found = found.where(users.c.id > after)
        return await self._accounts(found)

    async def _accounts(self, statement: Select[Any]) -> list[Account]:
        async with session(self._engine) as opened:
            return [_account(row) for row in await opened.rows(statement)]


def _account(row: Row) -> Account:
    *user, created_at = row
    return Account(to_user(user), created_at)
