"""Who holds a market's shares and who provides its liquidity, the greatest first."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from application.shared.pages import Page
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome


@dataclass(frozen=True, slots=True)
class Holder:
    """A user's micro-shares of each outcome."""

    user_id: UserId
    handle: str
    yes: int
    no: int

    def quantity(self, outcome: Outcome | None) -> int:
        """Micro-shares of an outcome, or of both together."""
        if outcome is None:
            return self.yes + self.no
        return self.yes if outcome is Outcome.YES else self.no


@dataclass(frozen=True, slots=True)
class Provider:
    """A user's LP shares, and the fees in µP that he could claim now."""

    user_id: UserId
    handle: str
    shares: int
    claimable: int


class HoldingCursor(NamedTuple):
    """The last user of a page, by what he holds."""

    quantity: int
    user_id: UserId


class Holdings(Protocol):
    """Read access to who holds what. A market that does not exist has no holders."""

    async def holders(
        self, market_id: MarketId, limit: int, outcome: Outcome | None = None, after: HoldingCursor | None = None
    ) -> Page[Holder, HoldingCursor]:
        """Who holds shares of an outcome, or of any; equals in the order of ids. Raises Invalid."""
        ...

    async def providers(
        self, market_id: MarketId, limit: int, after: HoldingCursor | None = None
    ) -> Page[Provider, HoldingCursor]:
        """Who holds LP shares; equals in the order of ids. Raises Invalid."""
        ...
