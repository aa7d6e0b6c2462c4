"""Answers to administrators in memory, each call in a transaction of its own."""

from datetime import datetime

from application.shared.answers import Claim, Known, PlainAnswer
from domain.trading.orders import MAX_KEY_LENGTH
from tests.fakes.constraints import require, require_text
from tests.fakes.state import State
from tests.fakes.store import MemoryStore


class MemoryAdministratorAnswers:
    """Implements the AdministratorAnswers port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def claim(self, claim: Claim, abandoned: datetime) -> Known | None:
        require_text(claim.key)
        require(1 <= len(claim.key) <= MAX_KEY_LENGTH, "ck_administrator_answers_key")
        require(len(claim.fingerprint) == 32, "ck_administrator_answers_fingerprint")
        async with self._store.change() as state:
            known = state.answers_given.get((claim.admin_id, claim.key))
            if known is not None:
                first, answer = known
                if answer is not None or first.at >= abandoned or first.fingerprint != claim.fingerprint:
                    return Known(first.fingerprint, answer)
            state.answers_given[claim.admin_id, claim.key] = claim, None
            return None

    async def keep(self, claim: Claim, answer: PlainAnswer) -> None:
        async with self._store.change() as state:
            if _holds(state, claim):
                state.answers_given[claim.admin_id, claim.key] = claim, answer

    async def give_back(self, claim: Claim) -> None:
        async with self._store.change() as state:
            if _holds(state, claim):
                del state.answers_given[claim.admin_id, claim.key]

    async def forget(self, before: datetime, limit: int) -> int:
        async with self._store.change() as state:
            old = [key for key, (claim, _) in state.answers_given.items() if claim.at < before][:limit]
            for key in old:
                del state.answers_given[key]
            return len(old)


def _holds(state: State, claim: Claim) -> bool:
    return state.answers_given.get((claim.admin_id, claim.key)) == (claim, None)
