"""Read one's own account."""

from dataclasses import dataclass

from application.accounts.lookups import AccountLookups, Profile
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """What users see of their own account."""

    lookups: AccountLookups

    async def __call__(self, user_id: UserId) -> Profile:
        """Raises NotFound."""
        return await self.lookups.profile(user_id)
