"""What people proposed, in PostgreSQL."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.administration_tables import admin_actions
from adapters.postgres.cover_tables import COVERED
from adapters.postgres.rows import MARKET_COLUMNS, Row, to_market
from adapters.postgres.session import session
from adapters.postgres.tables import markets, users
from application.trading.proposals import Proposal
from domain.shared.administration import AdminAction
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.listing import Listing
from domain.trading.market import Status

_LISTING_COLUMNS = ("title", "description", "category", "probability")

_refusal = (
    select(admin_actions.c.reason)
    .where(
        admin_actions.c.subject_id == markets.c.id,
        admin_actions.c.action == AdminAction.MARKET_CANCELLED,
    )
    .limit(1)
    .scalar_subquery()
)

_PROPOSAL = select(
    *(markets.c[name] for name in (*MARKET_COLUMNS, *_LISTING_COLUMNS)),
    markets.c.proposed_by,
    users.c.handle,
    markets.c.created_at,
    _refusal,
    COVERED,
).select_from(markets.outerjoin(users, users.c.id == markets.c.proposed_by))


class PostgresProposals:
    """Implements the Proposals port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def proposal(self, market_id: MarketId) -> Proposal:
        """One market as it was proposed. Raises NotFound."""
        found = await self._proposals(_PROPOSAL.where(markets.c.id == market_id))
        if not found:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return found[0]

    async def proposals(
        self, limit: int, before: MarketId | None = None, proposer: UserId | None = None, status: Status | None = None
    ) -> list[Proposal]:
        """Proposals from the newest on, those older than `before`, of one proposer or in one status where given."""
        found = _PROPOSAL.order_by(markets.c.id.desc()).limit(limit)
        if before is not None:
            found = found.where(markets.c.id < before)
        if proposer is not None:
            found = found.where(markets.c.proposed_by == proposer)
        if status is not None:
            found = found.where(markets.c.status == status)
        return await self._proposals(found)

    async def _proposals(self, statement: Select[Any]) -> list[Proposal]:
        async with session(self._engine) as opened:
            return [_proposal(row) for row in await opened.rows(statement)]


def _proposal(row: Row) -> Proposal:
    split, end = len(MARKET_COLUMNS), len(MARKET_COLUMNS) + len(_LISTING_COLUMNS)
    return Proposal(to_market(row[:split]), Listing(*row[split:end]), *row[end:])
