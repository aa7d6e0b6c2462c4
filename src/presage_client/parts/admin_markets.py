"""Administering markets. Every action takes a reason, which is kept.

What moves points has an idempotency key: yours, or one that the client makes and uses at every attempt.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from presage_client.amounts import MicroPoints
from presage_client.models.administration import Approve, Because, EditMarket, Launch, Resolve, Swept
from presage_client.models.jobs import Job
from presage_client.models.markets import Market
from presage_client.models.proposals import ListProposals, Proposal, ProposalsPage
from presage_client.models.words import Outcome, Status
from presage_client.operations import Asked, Operation, Part, calls
from presage_client.paging import every

_MARKET = "/api/v1/admin/markets/{id}"
_PROPOSALS = Operation("GET", "/api/v1/admin/proposals", ProposalsPage, query=ListProposals)
_APPROVE = Operation("POST", f"{_MARKET}/approve", Market, body=Approve, keyed=True)
_LAUNCH = Operation("PATCH", "/api/v1/markets/{id}", Job, body=Launch)
_EDIT = Operation("PATCH", _MARKET, Market, body=EditMarket)
_PAUSE = Operation("POST", f"{_MARKET}/pause", Market, body=Because)
_RESUME = Operation("POST", f"{_MARKET}/resume", Market, body=Because)
_CLOSE = Operation("POST", f"{_MARKET}/close", Market, body=Because)
_RESOLVE = Operation("POST", f"{_MARKET}/resolve", Market, body=Resolve, keyed=True)
_CANCEL = Operation("POST", f"{_MARKET}/cancel", Market, body=Because, keyed=True)
_SETTLE = Operation("POST", f"{_MARKET}/settle", Market, body=Because, keyed=True)
_SWEEP = Operation("POST", f"{_MARKET}/sweep-fees", Swept, body=Because, keyed=True)


class AdminMarkets(Part):
    """Under /api/v1/admin/markets, and the proposals of all."""

    @calls(_PROPOSALS)
    def proposals_page(
        self, *, status: Status | None = None, limit: int | None = None, cursor: UUID | None = None
    ) -> Asked:
        """One page of what all have proposed, newest first."""
        return Asked(query=ListProposals(status=status, limit=limit, cursor=cursor))

    def proposals(self, *, status: Status | None = None) -> AsyncIterator[Proposal]:
        """What all have proposed, newest first: with the status DRAFT, what waits."""
        return every(lambda cursor: self.proposals_page(status=status, cursor=cursor))

    @calls(_APPROVE)
    def approve(
        self,
        market_id: UUID | str,
        reason: str,
        *,
        liquidity: MicroPoints | None = None,
        idempotency_key: str | None = None,
    ) -> Asked:
        """Open a proposal for trading, with so much of the treasury's, or with what the operator has set."""
        return Asked({"id": market_id}, body=Approve(reason=reason, liquidity=liquidity), key=idempotency_key)

    @calls(_LAUNCH)
    def launch(self, market_id: UUID | str, reason: str, *, liquidity: MicroPoints | None = None) -> Asked:
        """The same, done by a job; asked for again it is the same job, unless that failed."""
        return Asked({"id": market_id}, body=Launch(reason=reason, liquidity=liquidity))

    @calls(_EDIT)
    def edit(
        self,
        market_id: UUID | str,
        reason: str,
        *,
        title: str | None = None,
        description: str | None = None,
        category: str | None = None,
        probability: int | None = None,
        closes_at: datetime | None = None,
        fee_bps: int | None = None,
        lp_fee_bps: int | None = None,
    ) -> Asked:
        """Change what is given, and nothing else; `probability` in millionths, fees in basis points."""
        body = EditMarket(
            reason=reason,
            title=title,
            description=description,
            category=category,
            probability=probability,
            closes_at=closes_at,
            fee_bps=fee_bps,
            lp_fee_bps=lp_fee_bps,
        )
        return Asked({"id": market_id}, body=body)

    @calls(_PAUSE)
    def pause(self, market_id: UUID | str, reason: str) -> Asked:
        """Stop trading until it is resumed."""
        return Asked({"id": market_id}, body=Because(reason=reason))

    @calls(_RESUME)
    def resume(self, market_id: UUID | str, reason: str) -> Asked:
        """Let trading go on."""
        return Asked({"id": market_id}, body=Because(reason=reason))

    @calls(_CLOSE)
    def close(self, market_id: UUID | str, reason: str) -> Asked:
        """End trading now; the market then waits for its result."""
        return Asked({"id": market_id}, body=Because(reason=reason))

    @calls(_RESOLVE)
    def resolve(
        self, market_id: UUID | str, outcome: Outcome, reason: str, *, idempotency_key: str | None = None
    ) -> Asked:
        """Fix the result and pay it out; while `settled` is False, a job goes on paying."""
        return Asked({"id": market_id}, body=Resolve(reason=reason, outcome=outcome), key=idempotency_key)

    @calls(_CANCEL)
    def cancel(self, market_id: UUID | str, reason: str, *, idempotency_key: str | None = None) -> Asked:
        """Call a market off, or refuse a proposal; while `settled` is False, a job goes on paying."""
        return Asked({"id": market_id}, body=Because(reason=reason), key=idempotency_key)

    @calls(_SETTLE)
    def settle(self, market_id: UUID | str, reason: str, *, idempotency_key: str | None = None) -> Asked:
        """Go on paying out a market that has ended; each time with a new key, or without one."""
        return Asked({"id": market_id}, body=Because(reason=reason), key=idempotency_key)

    @calls(_SWEEP)
    def sweep_fees(self, market_id: UUID | str, reason: str, *, idempotency_key: str | None = None) -> Asked:
        """Pay the treasury the fees that a market has taken in for it so far."""
        return Asked({"id": market_id}, body=Because(reason=reason), key=idempotency_key)
