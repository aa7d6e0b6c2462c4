"""Accounts and point grants in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from domain.accounts.handle import handle_taken
from domain.accounts.user import PointGrant, Role, User
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import UserId
from tests.fakes.constraints import check_grant, check_user, require, require_text
from tests.fakes.session import MemorySession
from tests.fakes.state import State


class MemoryAccounts:
    """Implements the Accounts port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, user: User, now: datetime) -> None:
        await self._session.take_turn()
        with self._session.statement() as state:
            if _taken(state, user):
                raise Conflict("USER_EXISTS", "Choose another handle; this one is taken.", handle=user.handle)
            check_user(user)
            state.users[user.id] = replace(user, balance=0)
            state.signed_up[user.id] = now

    async def lock(self, user_id: UserId) -> User:
        self._session.lock_users([user_id])
        await self._session.take_turn()
        with self._session.statement() as state:
            if user_id not in state.users:
                raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
            return state.users[user_id]

    async def lock_with_administrators(self, user_id: UserId) -> tuple[User, Collection[User]]:
        await self._session.take_turn()
        with self._session.statement() as state:
            if user_id not in state.users:
                raise NotFound("USER_NOT_FOUND", "List the users and choose one of them.", user_id=str(user_id))
            administrators = [user for _, user in sorted(state.users.items()) if user.administers]
            self._session.lock_users({user_id, *(user.id for user in administrators)})
            return state.users[user_id], administrators

    async def named(self, handle: str) -> UserId:
        with self._session.statement() as state:
            require_text(handle)
            for user in state.users.values():
                if user.handle == handle:
                    return user.id
        raise NotFound("USER_NOT_FOUND", "Nobody has this handle; check its spelling.", handle=handle)

    async def change(self, user: User) -> None:
        self._session.require_locked(users=[user.id])
        with self._session.statement() as state:
            stored = replace(state.users[user.id], role=user.role, active=user.active)
            state.users[user.id] = stored

    async def read(self, user_id: UserId) -> User:
        with self._session.statement() as state:
            if user_id not in state.users:
                raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
            return state.users[user_id]

    async def rename(self, user: User) -> None:
        self._session.require_locked(users=[user.id])
        with self._session.statement() as state:
            if any(other.handle == user.handle and other.id != user.id for other in state.users.values()):
                raise handle_taken(user.handle)
            check_user(user)
            state.users[user.id] = replace(state.users[user.id], handle=user.handle)

    async def grant(self, user_id: UserId, reference: str) -> PointGrant | None:
        self._session.require_locked(users=[user_id])
        with self._session.statement() as state:
            require_text(reference)
            return state.grants.get((user_id, reference))

    async def add_grant(self, grant: PointGrant, balance: int) -> None:
        self._session.require_locked(users=[grant.user_id])
        with self._session.statement() as state:
            check_grant(grant)
            key = grant.user_id, grant.reference
            require(key not in state.grants, "uq_point_grants_user_id_reference")
            state.grants[key] = grant
            state.users[grant.user_id] = replace(state.users[grant.user_id], balance=balance)
            check_user(state.users[grant.user_id])


def _taken(state: State, user: User) -> bool:
    return user.id in state.users or any(
        other.handle == user.handle or other.role is user.role is Role.TREASURY for other in state.users.values()
    )
