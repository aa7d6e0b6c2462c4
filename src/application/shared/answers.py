"""What administrators were first answered, by the idempotency keys of their requests."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

from domain.shared.ids import UserId
from domain.shared.value import value

ABANDONED_AFTER = timedelta(minutes=1)
"""Whoever has claimed a key and not answered by then has died: no request is worked on for so long."""

KEPT_FOR = timedelta(days=30)
"""For how long an answer is worth keeping; after that its key is free."""

PlainAnswer: TypeAlias = Mapping[str, Any]
"""An answer as JSON can say it, for whoever gave it to give it again."""


@value
class Claim:
    """An administrator's key, claimed `at` a time for the request whose content has this `fingerprint` (SHA-256).

    Keys are each administrator's own. The time tells one claim of a key from a later one.
    """

    admin_id: UserId
    key: str
    fingerprint: bytes
    at: datetime


@value
class Known:
    """What a key stands for: a request's content, and the first answer to it once there is one."""

    fingerprint: bytes
    answer: PlainAnswer | None


class AdministratorAnswers(Protocol):
    """Claims and the answers to them. Each call is a transaction of its own, and may raise Unavailable."""

    async def claim(self, claim: Claim, abandoned: datetime) -> Known | None:
        """Claim a key that is free, or that the same request claimed before `abandoned` and never answered.

        None where the key is the claim's from now on, else what it stands for.
        """
        ...

    async def keep(self, claim: Claim, answer: PlainAnswer) -> None:
        """Keep the answer to a claim that has none, unless somebody else has taken it over."""
        ...

    async def give_back(self, claim: Claim) -> None:
        """Free the key of a claim that has no answer, unless somebody else has taken it over."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Free keys that were claimed before a time, answered or not: how many, at most `limit`."""
        ...
