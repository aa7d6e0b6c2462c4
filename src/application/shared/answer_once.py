"""Answer an administrator's request once for its idempotency key."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from application.shared.answers import ABANDONED_AFTER, AdministratorAnswers, Claim, Known, PlainAnswer
from application.shared.ports import Clock
from application.shared.store import StoreError
from domain.shared.errors import Unavailable
from domain.shared.idempotency import in_progress, used_for_another
from domain.shared.ids import UserId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AnswerOnce:
    """Keeps first answers for use cases that remember no keys.

    The answer is not kept in the transaction of what it tells of. If the process dies or the store fails in between,
    the same request is carried out again; so what is done must be such that doing it again adds nothing.
    """

    answers: AdministratorAnswers
    clock: Clock

    async def __call__(
        self, admin_id: UserId, key: str, fingerprint: bytes, act: Callable[[], Awaitable[tuple[T, PlainAnswer]]]
    ) -> T | PlainAnswer:
        """The answer that `act` gives together with its plain form, or that plain form where it was given before.

        What `act` raises is no answer, and frees the key. Raises Conflict where the key stands for a request of
        another content, or for one that is still being answered, and Unavailable.
        """
        claim = Claim(admin_id, key, fingerprint, self.clock.now())
        known = await self.answers.claim(claim, claim.at - ABANDONED_AFTER)
        if known is not None:
            return _first_answer(known, claim)
        try:
            answer, plain = await act()
        except BaseException:  # also where it was given up: nothing waits for its answer any more
            with suppress(Unavailable, StoreError):
                await self.answers.give_back(claim)
            raise
        with suppress(Unavailable, StoreError):  # it was done; the caller is told so whether or not we can repeat it
            await self.answers.keep(claim, plain)
        return answer


def _first_answer(known: Known, claim: Claim) -> PlainAnswer:
    if known.fingerprint != claim.fingerprint:
        raise used_for_another()
    if known.answer is None:
        raise in_progress()
    return known.answer
