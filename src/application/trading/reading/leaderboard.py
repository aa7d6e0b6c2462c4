"""Who made the most of his points, by realised profit of all time."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from application.shared.pages import Page
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class Rank:
    """A user's place, shared by equals, his realised profit in µP, and the number of markets it comes from."""

    place: int
    user_id: UserId
    handle: str
    profit: int
    markets: int


class RankCursor(NamedTuple):
    """The last user of a page."""

    profit: int
    user_id: UserId


class Leaderboard(Protocol):
    """Read access to the ranking."""

    async def ranks(self, limit: int, after: RankCursor | None = None) -> Page[Rank, RankCursor]:
        """Active users who ever traded, the greatest profit first, equals in the order of ids. Raises Invalid.

        The treasury is not among them. It sums up every position, so that callers should not ask at every click.
        """
        ...
