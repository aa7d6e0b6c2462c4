"""Proposing markets."""

from dataclasses import dataclass

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get, post
from adapters.http.models.proposals import ListProposals, ProposalAnswer, ProposalsPage, Propose
from application.trading.proposals import Proposals
from application.trading.propose_market import ProposeMarket
from application.trading.withdraw_market import WithdrawMarket
from domain.shared.ids import MarketId


@dataclass(frozen=True, slots=True)
class Proposing:
    """What users propose, and administrators decide."""

    propose_market: ProposeMarket
    withdraw_market: WithdrawMarket
    proposals: Proposals

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1."""
        return [
            post("/api/v1/markets", self.propose, Access.SIGNED_IN, ProposalAnswer, body=Propose, status=201),
            post("/api/v1/markets/{id}/withdraw", self.withdraw, Access.SIGNED_IN, ProposalAnswer),
            get("/api/v1/me/proposals", self.mine, Access.READ, ProposalsPage, query=ListProposals),
            get("/api/v1/admin/proposals", self.all, Access.ADMIN, ProposalsPage, query=ListProposals),
        ]

    async def propose(self, call: Call[NoQuery, Propose]) -> ProposalAnswer:
        """Propose a market.

        It waits as a DRAFT until an administrator approves it. It charges the exchange's fees, and closes from one
        hour to five years ahead; of one user, ten drafts may wait.
        """
        market = await self.propose_market(call.body.listing, call.body.closes_at, call.user.id)
        return ProposalAnswer.of(await self.proposals.proposal(market.id))

    async def withdraw(self, call: Call[NoQuery, NoBody]) -> ProposalAnswer:
        """Withdraw a proposal of one's own that still waits."""
        market = await self.withdraw_market(MarketId(call.id()), call.user.id)
        return ProposalAnswer.of(await self.proposals.proposal(market.id))

    async def mine(self, call: Call[ListProposals, NoBody]) -> ProposalsPage:
        """List what one has proposed, and what became of it."""
        asked = call.query
        found = await self.proposals.proposals(asked.limit + 1, asked.before, call.user.id, asked.status)
        return ProposalsPage.of(found, asked.limit)

    async def all(self, call: Call[ListProposals, NoBody]) -> ProposalsPage:
        """List what all have proposed: with the status DRAFT, what waits."""
        asked = call.query
        found = await self.proposals.proposals(asked.limit + 1, asked.before, status=asked.status)
        return ProposalsPage.of(found, asked.limit)
