"""Sessions and refresh tokens in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.accounts.session import RefreshToken, Session
from domain.shared.ids import SessionId, UserId
from tests.fakes.constraints import require
from tests.fakes.session import MemorySession
from tests.fakes.state import State


class MemorySessions:
    """Implements the Sessions port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session
        self._locked: Session | None = None

    async def add(self, session: Session, token: RefreshToken) -> None:
        self._session.require_locked(users=[session.user_id])
        with self._session.statement() as state:
            require(session.id not in state.sessions, "pk_sessions")
            state.sessions[session.id] = session
            _add(state, token)

    async def lock(self, token_hash: bytes) -> tuple[Session, RefreshToken] | None:
        await self._session.take_turn()
        with self._session.statement() as state:
            token = state.tokens.get(token_hash)
            if token is None:
                return None
            self._locked = state.sessions[token.session_id]
            return self._locked, token

    async def change(self, session: Session) -> None:
        assert self._locked, "the session is locked first"
        with self._session.statement() as state:
            state.sessions[self._locked.id] = replace(self._locked, revoked_at=session.revoked_at)

    async def rotate(self, used: RefreshToken, successor: RefreshToken) -> None:
        assert self._locked, "the session is locked first"
        with self._session.statement() as state:
            state.tokens[used.hash] = replace(state.tokens[used.hash], used_at=used.used_at)
            _add(state, successor)

    async def revoke_all(self, user_id: UserId, now: datetime) -> None:
        self._session.require_locked(users=[user_id])
        with self._session.statement() as state:
            for session in [each for each in state.sessions.values() if each.user_id == user_id]:
                state.sessions[session.id] = session.revoked(now)

    async def forget(self, user_id: UserId, now: datetime, keep: int) -> None:
        self._session.require_locked(users=[user_id])
        with self._session.statement() as state:
            theirs = [session for session in state.sessions.values() if session.user_id == user_id]
            live = sorted((session.id for session in theirs if session.is_live(now)), reverse=True)
            _delete(state, {session.id for session in theirs} - set(live[:keep]))

    async def forget_ended(self, now: datetime, limit: int, after: SessionId | None = None) -> Sequence[SessionId]:
        await self._session.take_turn()
        with self._session.statement() as state:
            ended = sorted(session.id for session in state.sessions.values() if not session.is_live(now))
            gone = [each for each in ended if after is None or each > after][:limit]
            _delete(state, set(gone))
            return gone


def _delete(state: State, gone: set[SessionId]) -> None:
    state.sessions = {each: session for each, session in state.sessions.items() if each not in gone}
    state.tokens = {each: token for each, token in state.tokens.items() if token.session_id not in gone}


def _add(state: State, token: RefreshToken) -> None:
    require(token.hash not in state.tokens, "pk_refresh_tokens")
    require(len(token.hash) == 32, "ck_refresh_tokens_hash")
    require(token.session_id in state.sessions, "fk_refresh_tokens_session_id")
    state.tokens[token.hash] = token
