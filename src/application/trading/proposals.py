"""What people proposed, who they are, and what became of it. Reading takes no locks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.ids import MarketId, UserId
from domain.trading.listing import Listing
from domain.trading.market import Market, Status

MAX_PROPOSALS = 200
"""Proposals on one page."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A market, who proposed it, where an administrator cancelled it, why, and whether it has a cover."""

    market: Market
    listing: Listing
    proposed_by: UserId
    proposer: str | None
    created_at: datetime
    refusal: str | None
    covered: bool = False


class Proposals(Protocol):
    """Read access to proposals."""

    async def proposal(self, market_id: MarketId) -> Proposal:
        """One market as it was proposed. Raises NotFound."""
        ...

    async def proposals(
        self, limit: int, before: MarketId | None = None, proposer: UserId | None = None, status: Status | None = None
    ) -> list[Proposal]:
        """Proposals from the newest on, those older than `before`, of one proposer or in one status where given."""
        ...
