"""Proposing markets."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from presage_client.models.covers import ShowCover
from presage_client.models.proposals import ListProposals, Proposal, ProposalsPage, Propose
from presage_client.models.words import CoverSize, Status
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

_PROPOSE = Operation("POST", "/api/v1/markets", Proposal, body=Propose)
_WITHDRAW = Operation("POST", "/api/v1/markets/{id}/withdraw", Proposal)
_MINE = Operation("GET", "/api/v1/me/proposals", ProposalsPage, query=ListProposals)
_COVER = Operation("GET", "/api/v1/proposals/{id}/cover", bytes, query=ShowCover)


class Proposals(Part):
    """One's own proposals."""

    @calls(_PROPOSE)
    def propose(
        self,
        title: str,
        closes_at: datetime,
        *,
        description: str | None = None,
        category: str | None = None,
        probability: int | None = None,
    ) -> Asked:
        """Propose a market; `probability` of YES in millionths. It waits until an administrator approves it."""
        return Asked(
            body=Propose(
                title=title, closes_at=closes_at, description=description, category=category, probability=probability
            )
        )

    @calls(_WITHDRAW)
    def withdraw(self, market_id: UUID | str) -> Asked:
        """Withdraw a proposal that still waits."""
        return Asked({"id": market_id})

    @calls(_COVER)
    def cover(self, market_id: UUID | str, size: CoverSize | None = None) -> Asked:
        """The cover of a proposal of one's own, for an administrator of any, as WebP."""
        return Asked({"id": market_id}, ShowCover(size=size))

    @calls(_MINE)
    def page(self, *, status: Status | None = None, limit: int | None = None, cursor: UUID | None = None) -> Asked:
        """One page of what one has proposed, newest first."""
        return Asked(query=ListProposals(status=status, limit=limit, cursor=cursor))

    def all(self, *, status: Status | None = None) -> AsyncIterator[Proposal]:
        """What one has proposed, newest first."""
        return every(lambda cursor: self.page(status=status, cursor=cursor))
