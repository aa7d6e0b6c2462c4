"""Callers who need not sign in: their bearer credential is their id."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.accounts.caller import Caller
from domain.accounts.user import GrantReason, Role, User
from domain.shared.errors import Unauthenticated
from domain.shared.ids import UserId
from domain.shared.money import POINT
from entrypoints.container import Container

TRADER = UserId(UUID("00000000-0000-7000-8000-000000000002"))
TRADER_POINTS = 1_000 * POINT


async def add_trader(exchange: Container) -> None:
    """A user with points."""
    await exchange.sign_up()("demo", user_id=TRADER)
    await exchange.grant_points()(TRADER, TRADER_POINTS, GrantReason.REGISTRATION_BONUS, "registration")


def bearer(user_id: UUID) -> Mapping[str, str]:
    """The header of a user's requests."""
    return {"Authorization": f"Bearer {user_id}"}


class Signed:
    """Authenticates whoever says who he is."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def __call__(self, credential: str) -> Caller:
        statement = text("SELECT id, handle, role, balance, active FROM users WHERE id = :id")
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement, {"id": UUID(credential)})).one_or_none()
        if row is None:
            raise Unauthenticated("TOKEN_INVALID", "Sign up first.")
        return Caller(User(UserId(row.id), row.handle, Role(row.role), row.balance, row.active))
