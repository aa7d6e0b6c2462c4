"""Sessions and refresh tokens in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from adapters.postgres.account_rows import SESSION_COLUMNS, TOKEN_COLUMNS
from adapters.postgres.account_tables import refresh_tokens, sessions
from adapters.postgres.session import Session as Statements
from domain.accounts.session import RefreshToken, Session
from domain.shared.ids import SessionId, UserId


class PostgresSessions:
    """Implements the Sessions port."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, session: Session, token: RefreshToken) -> None:
        """Add a session with its first token."""
        await self._statements.run(insert(sessions).values({name: getattr(session, name) for name in SESSION_COLUMNS}))
        await self._add_token(token)

    async def lock(self, token_hash: bytes) -> tuple[Session, RefreshToken] | None:
        """Lock the session of a token, then read both; None where the token is unknown. No account is locked after."""
        named = select(refresh_tokens.c.session_id).where(refresh_tokens.c.hash == token_hash).scalar_subquery()
        columns = (sessions.c[name] for name in SESSION_COLUMNS)
        session = await self._statements.row(select(*columns).where(sessions.c.id == named).with_for_update())
        if session is None:
            return None
        columns = (refresh_tokens.c[name] for name in TOKEN_COLUMNS)
        token = await self._statements.row(select(*columns).where(refresh_tokens.c.hash == token_hash))
        assert token is not None, "a session that is locked keeps its tokens"
        return Session(*session), RefreshToken(*token)

    async def change(self, session: Session) -> None:
        """Store a locked session's revocation."""
        values = {"revoked_at": session.revoked_at}
        changed = await self._statements.run(update(sessions).where(sessions.c.id == session.id).values(values))
        assert changed == 1, "a locked session is there"

    async def rotate(self, used: RefreshToken, successor: RefreshToken) -> None:
        """Store the use of a locked session's token, and the token that follows it."""
        tokens = refresh_tokens.c
        await self._statements.run(update(refresh_tokens).where(tokens.hash == used.hash).values(used_at=used.used_at))
        await self._add_token(successor)

    async def revoke_all(self, user_id: UserId, now: datetime) -> None:
        """Revoke every session of a locked account."""
        theirs = sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None)
        await self._statements.run(update(sessions).where(*theirs).values(revoked_at=now))

    async def forget(self, user_id: UserId, now: datetime, keep: int) -> None:
        """Delete a locked account's sessions that have ended, and the oldest of the others beyond `keep`."""
        theirs = sessions.c.user_id == user_id
        live = sessions.c.revoked_at.is_(None), sessions.c.expires_at > now
        kept = select(sessions.c.id).where(theirs, *live).order_by(sessions.c.id.desc()).limit(keep)
        await self._statements.run(delete(sessions).where(theirs, sessions.c.id.not_in(kept)))

    async def forget_ended(self, now: datetime, limit: int, after: SessionId | None = None) -> Sequence[SessionId]:
        """Delete sessions that have ended, of all accounts in the order of their ids, from the one after `after` on."""
        ended = select(sessions.c.id).where(sessions.c.revoked_at.is_not(None) | (sessions.c.expires_at <= now))
        if after is not None:
            ended = ended.where(sessions.c.id > after)
        chosen = ended.order_by(sessions.c.id).limit(limit).with_for_update(skip_locked=True).cte("ended")
        gone = delete(sessions).where(sessions.c.id.in_(select(chosen.c.id))).returning(sessions.c.id)
        return sorted(row[0] for row in await self._statements.rows(gone))

    async def _add_token(self, token: RefreshToken) -> None:
        await self._statements.run(
            insert(refresh_tokens).values({name: getattr(token, name) for name in TOKEN_COLUMNS})
        )
