"""Markets as users propose them."""

from datetime import datetime
from uuid import UUID

from presage_client.models.base import Answer, Request
from presage_client.models.covers import CoverLinks
from presage_client.models.pages import PageById, PagedById
from presage_client.models.words import Status


class Propose(Request):
    """A question with a YES or NO answer; `probability` of YES in millionths is where its pool should open."""

    title: str
    closes_at: datetime
    description: str | None = None
    category: str | None = None
    probability: int | None = None


class ListProposals(PagedById):
    """Which proposals."""

    status: Status | None = None


class Proposal(Answer):
    """A market as it was proposed, by whom, and how it stands; `refusal` is why an administrator cancelled it."""

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


class ProposalsPage(PageById[Proposal]):
    """Proposals, the newest first."""
