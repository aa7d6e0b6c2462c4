"""Who gets mail, in PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.account_tables import credentials
from adapters.postgres.session import session
from adapters.postgres.tables import users
from domain.accounts.email import EmailAddress
from domain.accounts.user import Role
from domain.shared.ids import UserId

MOST_ADMINISTRATORS = 100
"""Who are told of trouble."""


class PostgresMailReceivers:
    """Implements the Addresses and the Operators port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, user_id: UserId) -> EmailAddress | None:
        """A user's address, unless he signs in elsewhere or is shut out."""
        theirs = credentials.join(users, users.c.id == credentials.c.user_id)
        found = select(credentials.c.email).select_from(theirs).where(users.c.id == user_id, users.c.active)
        async with session(self._engine) as opened:
            row = await opened.row(found)
        return EmailAddress(row[0]) if row is not None else None

    async def administrators(self) -> Sequence[UserId]:
        """Active administrators, a bounded number."""
        found = select(users.c.id).where(users.c.role == Role.ADMIN, users.c.active).order_by(users.c.id)
        async with session(self._engine) as opened:
            return [row[0] for row in await opened.rows(found.limit(MOST_ADMINISTRATORS))]
