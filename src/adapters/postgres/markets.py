"""Markets in PostgreSQL: proposing and changing them; who is still to be paid; the treasury."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from adapters.postgres.session import Session
from adapters.postgres.tables import liquidity_pools, lp_positions, markets, portfolios, users
from application.shared.store import StoreError
from domain.accounts.user import Role
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.ledger import GENESIS
from domain.trading.listing import Listing
from domain.trading.market import Market, Status


class PostgresMarkets:
    """Implements the Markets port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, market: Market, listing: Listing, proposed_by: UserId, now: datetime) -> None:
        """Add a market with an empty book. Raises Conflict where the id is taken."""
        try:
            await self._session.run(
                insert(markets).values(
                    id=market.id,
                    title=listing.title,
                    description=listing.description,
                    category=listing.category,
                    probability=listing.probability,
                    status=market.status,
                    closes_at=market.closes_at,
                    fee_bps=market.fee_bps,
                    lp_fee_bps=market.lp_fee_bps,
                    proposed_by=proposed_by,
                    created_at=now,
                    changed_at=now,
                )
            )
        except StoreError as error:
            if not error.duplicate:
                raise
            raise Conflict("MARKET_EXISTS", "A market has this id; use another.", id=str(market.id)) from error
        await self._session.run(insert(liquidity_pools).values(market_id=market.id, head=GENESIS))

    async def listing(self, market_id: MarketId) -> Listing:
        """The question of a market. Raises NotFound."""
        columns = markets.c.title, markets.c.description, markets.c.category, markets.c.probability
        row = await self._session.row(select(*columns).where(markets.c.id == market_id))
        if row is None:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return Listing(*row)

    async def change(self, market: Market, now: datetime) -> None:
        """Store a locked market's status, closing time, outcome and settlement."""
        changed = await self._session.run(
            update(markets)
            .where(markets.c.id == market.id)
            .values(
                status=market.status,
                closes_at=market.closes_at,
                outcome=market.outcome,
                settled=market.settled,
                changed_at=now,
            )
        )
        assert changed == 1, "a locked market is there"

    async def edit(self, market: Market, listing: Listing, now: datetime) -> None:
        """Store a locked market's question, closing time and fees."""
        changed = await self._session.run(
            update(markets)
            .where(markets.c.id == market.id)
            .values(
                title=listing.title,
                description=listing.description,
                category=listing.category,
                probability=listing.probability,
                closes_at=market.closes_at,
                fee_bps=market.fee_bps,
                lp_fee_bps=market.lp_fee_bps,
                changed_at=now,
            )
        )
        assert changed == 1, "a locked market is there"

    async def proposer(self, market_id: MarketId) -> UserId:
        """Who proposed a market. Raises NotFound."""
        row = await self._session.row(select(markets.c.proposed_by).where(markets.c.id == market_id))
        if row is None:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return UserId(row[0])

    async def drafts(self, proposer: UserId) -> int:
        """How many drafts of a locked user wait for approval."""
        waiting = (markets.c.proposed_by == proposer) & (markets.c.status == Status.DRAFT)
        row = await self._session.row(select(func.count()).select_from(markets).where(waiting))
        return int(row[0]) if row else 0


class PostgresHolders:
    """Implements the Holders port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def unpaid_holders(self, market_id: MarketId, limit: int) -> Sequence[UserId]:
        """Users with shares of either outcome, in the order of their ids."""
        holds = (portfolios.c.yes > 0) | (portfolios.c.no > 0)
        found = select(portfolios.c.user_id).where(portfolios.c.market_id == market_id, holds)
        return [row[0] for row in await self._session.rows(found.order_by(portfolios.c.user_id).limit(limit))]

    async def unpaid_providers(self, market_id: MarketId, limit: int) -> Sequence[UserId]:
        """Users with LP shares, in the order of their ids."""
        found = select(lp_positions.c.user_id).where(lp_positions.c.market_id == market_id, lp_positions.c.shares > 0)
        return [row[0] for row in await self._session.rows(found.order_by(lp_positions.c.user_id).limit(limit))]

    async def open_basis(self, market_id: MarketId) -> int:
        """The cost basis of all shares of both outcomes still held, in µP."""
        total = func.coalesce(func.sum(portfolios.c.yes_basis + portfolios.c.no_basis), 0)
        row = await self._session.row(select(total).where(portfolios.c.market_id == market_id))
        return int(row[0]) if row else 0


class PostgresTreasury:
    """Implements the Treasury port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def treasury_id(self) -> UserId:
        """The treasury's account. Raises NotFound before there is one."""
        row = await self._session.row(select(users.c.id).where(users.c.role == Role.TREASURY))
        if row is None:
            raise NotFound("TREASURY_NOT_FOUND", "Run `presage seed` to found the treasury.")
        return UserId(row[0])
