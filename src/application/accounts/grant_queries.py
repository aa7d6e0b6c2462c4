"""The points that a user was granted, newest first."""

from typing import Protocol

from application.shared.pages import Page
from domain.accounts.user import PointGrant
from domain.shared.ids import GrantId, UserId


class GrantQueries(Protocol):
    """Read access to grants."""

    async def grants(self, user_id: UserId, limit: int, before: GrantId | None = None) -> Page[PointGrant, GrantId]:
        """A user's grants by falling id, which tells the time; none for a user who does not exist. Raises Invalid."""
        ...
