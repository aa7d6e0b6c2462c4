"""Answers to administrators in PostgreSQL, each call one statement or two that the server commits by themselves."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.administration_tables import administrator_answers
from adapters.postgres.session import session
from application.shared.answers import Claim, Known, PlainAnswer

_stored = administrator_answers.c

_FORGET = (
    "WITH old AS MATERIALIZED (SELECT admin_id, key FROM administrator_answers WHERE claimed_at < $1 LIMIT $2 "
    "FOR UPDATE SKIP LOCKED) DELETE FROM administrator_answers answers USING old "
    "WHERE answers.admin_id = old.admin_id AND answers.key = old.key RETURNING answers.admin_id"
)


class PostgresAdministratorAnswers:
    """Implements the AdministratorAnswers port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def claim(self, claim: Claim, abandoned: datetime) -> Known | None:
        """Claim a key that is free, or that the same request claimed before `abandoned` and never answered.

        None where the key is the claim's from now on, else what it stands for.
        """
        inserted = insert(administrator_answers).values(
            admin_id=claim.admin_id, key=claim.key, fingerprint=claim.fingerprint, claimed_at=claim.at
        )
        may_be_taken = (_stored.claimed_at < abandoned) & (_stored.fingerprint == claim.fingerprint)
        claimed = inserted.on_conflict_do_update(
            index_elements=[_stored.admin_id, _stored.key],
            set_={"claimed_at": claim.at},
            where=_stored.answer.is_(None) & may_be_taken,
        )
        of_key = (_stored.admin_id == claim.admin_id) & (_stored.key == claim.key)
        async with session(self._engine) as opened:
            if await opened.run(claimed):
                return None
            row = await opened.row(select(_stored.fingerprint, _stored.answer).where(of_key))
        return Known(*row) if row else Known(claim.fingerprint, None)  # its owner has just given it back

    async def keep(self, claim: Claim, answer: PlainAnswer) -> None:
        """Keep the answer to a claim that has none, unless somebody else has taken it over."""
        async with session(self._engine) as opened:
            await opened.run(update(administrator_answers).where(_holds(claim)).values(answer=answer))

    async def give_back(self, claim: Claim) -> None:
        """Free the key of a claim that has no answer, unless somebody else has taken it over."""
        async with session(self._engine) as opened:
            await opened.run(delete(administrator_answers).where(_holds(claim)))

    async def forget(self, before: datetime, limit: int) -> int:
        """Free keys that were claimed before a time, answered or not: how many, at most `limit`.

        One that somebody has locked stays.
        """
        async with session(self._engine) as opened:
            return len(await opened.fetch(_FORGET, before, limit))


def _holds(claim: Claim) -> ColumnElement[bool]:
    """The condition of a claim that its claimer still has."""
    named = (_stored.admin_id == claim.admin_id) & (_stored.key == claim.key)
    return named & (_stored.claimed_at == claim.at) & _stored.answer.is_(None)
