"""Markets as users propose them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.http.models.base import Answer, Request
from adapters.http.models.covers import CoverLinks
from adapters.http.models.fields import WHOLE, Moment, named
from application.trading.proposals import MAX_PROPOSALS, Proposal
from domain.shared.ids import MarketId
from domain.shared.money import MILLION
from domain.trading.liquidity import MAX_PROBABILITY, MIN_PROBABILITY
from domain.trading.listing import MAX_CATEGORY_LENGTH, MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH, Listing
from domain.trading.market import Status

DEFAULT_PAGE = 50

Title = Annotated[str, Field(min_length=1, max_length=MAX_TITLE_LENGTH)]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION_LENGTH)]
Category = Annotated[str, Field(max_length=MAX_CATEGORY_LENGTH)]
Probability = Annotated[int, Field(ge=MIN_PROBABILITY, le=MAX_PROBABILITY), WHOLE]
"""Of YES, in millionths."""


class Propose(Request):
    """A question with a YES or NO answer; `probability` of YES in millionths is where its pool should open."""

    title: Title
    description: Description = ""
    category: Category = ""
    probability: Probability = MILLION // 2
    closes_at: Moment

    @property
    def listing(self) -> Listing:
        """What people will read. Raises Invalid."""
        return Listing(self.title, self.description, self.category, self.probability)


class ListProposals(Request):
    """Which proposals, and how many at once; `cursor` is the `nextCursor` of the page before."""

    status: Annotated[Status, BeforeValidator(named(Status, "STATUS_UNKNOWN"))] | None = None
    limit: int = Field(default=DEFAULT_PAGE, ge=1, le=MAX_PROPOSALS)
    cursor: UUID | None = None

    @property
    def before(self) -> MarketId | None:
        """The last proposal of the page before."""
        return MarketId(self.cursor) if self.cursor else None


class ProposalAnswer(Answer):
    """A market as it was proposed, by whom, and how it stands.

    `probability` of YES is where its pool opens; `refusal` is what an administrator said who cancelled it. `cover` has
    the paths of its picture, for its proposer and administrators.
    """

    id: UUID
    title: str
    description: str
    category: str
    probability: float
    status: Status
    fee_bps: int
    lp_fee_bps: int
    proposed_by: UUID
    proposer: str | None
    refusal: str | None
    created_at: datetime
    closes_at: datetime
    cover: CoverLinks | None

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """A proposal as it was read."""
        market, listing = proposal.market, proposal.listing
        return cls(
            id=market.id,
            title=listing.title,
            description=listing.description,
            category=listing.category,
            probability=listing.probability / MILLION,
            status=market.status,
            fee_bps=market.fee_bps,
            lp_fee_bps=market.lp_fee_bps,
            proposed_by=proposal.proposed_by,
            proposer=proposal.proposer,
            refusal=proposal.refusal,
            created_at=proposal.created_at,
            closes_at=market.closes_at,
            cover=CoverLinks.at(f"/api/v1/proposals/{market.id}/cover") if proposal.covered else None,
        )


class ProposalsPage(Answer):
    """Proposals from the newest on; `next_cursor` is none on the last page."""

    items: list[ProposalAnswer]
    next_cursor: UUID | None

    @classmethod
    def of(cls, proposals: Sequence[Proposal], limit: int) -> Self:
        """A page of `limit` proposals, from proposals of which one more tells that another page follows."""
        items = [ProposalAnswer.of(proposal) for proposal in proposals[:limit]]
        return cls(items=items, next_cursor=items[-1].id if len(proposals) > limit else None)
