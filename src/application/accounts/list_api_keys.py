"""List a user's API keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.accounts.lookups import AccountLookups
from application.shared.ports import Clock
from domain.accounts.api_key import ApiKey
from domain.shared.ids import UserId

MAX_LISTED = 100
"""Keys in one answer: all that are live, and the newest that were."""


@dataclass(frozen=True, slots=True)
class ListApiKeys:
    """Every key that opens something, and the newest of those that did."""

    lookups: AccountLookups
    clock: Clock

    async def __call__(self, user_id: UserId) -> Sequence[ApiKey]:
        """Live keys first; of either kind, the newest first."""
        return await self.lookups.api_keys(user_id, self.clock.now(), MAX_LISTED)
