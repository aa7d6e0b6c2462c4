"""Markets in memory: proposing and changing them; who is still to be paid; the treasury."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.accounts.user import Role
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.book import Book
from domain.trading.cpmm import Outcome
from domain.trading.listing import Listing
from domain.trading.market import Market, Status
from tests.fakes.constraints import require, require_text
from tests.fakes.session import MemorySession
from tests.fakes.state import Proposal


class MemoryMarkets:
    """Implements the Markets port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def add(self, market: Market, listing: Listing, proposed_by: UserId, now: datetime) -> None:
        await self._session.take_turn()
        with self._session.statement() as state:
            if market.id in state.markets:
                raise Conflict("MARKET_EXISTS", "A market has this id; use another.", id=str(market.id))
            require_text(listing.title, listing.description, listing.category)
            state.markets[market.id] = market
            state.proposals[market.id] = Proposal(listing, proposed_by, now, now)
            state.books[market.id] = Book(market.id)

    async def listing(self, market_id: MarketId) -> Listing:
        with self._session.statement() as state:
            if market_id not in state.proposals:
                raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
            return state.proposals[market_id].listing

    async def change(self, market: Market, now: datetime) -> None:
        self._session.require_locked([market.id])
        with self._session.statement() as state:
            require(market.outcome is None or market.outcome in set(Outcome), "ck_markets_outcome")
            require(not market.settled or market.status.ended, "ck_markets_settled_has_ended")
            state.markets[market.id] = market
            state.proposals[market.id] = replace(state.proposals[market.id], changed_at=now)

    async def edit(self, market: Market, listing: Listing, now: datetime) -> None:
        self._session.require_locked([market.id])
        with self._session.statement() as state:
            require_text(listing.title, listing.description, listing.category)
            state.markets[market.id] = market
            state.proposals[market.id] = replace(state.proposals[market.id], listing=listing, changed_at=now)

    async def proposer(self, market_id: MarketId) -> UserId:
        with self._session.statement() as state:
            if market_id not in state.proposals:
                raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
            return state.proposals[market_id].proposed_by

    async def drafts(self, proposer: UserId) -> int:
        self._session.require_locked(users=[proposer])
        with self._session.statement() as state:
            drafts = (market.id for market in state.markets.values() if market.status is Status.DRAFT)
            return sum(state.proposals[draft].proposed_by == proposer for draft in drafts)


class MemoryHolders:
    """Implements the Holders port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def unpaid_holders(self, market_id: MarketId, limit: int) -> Sequence[UserId]:
        self._session.require_locked([market_id])
        with self._session.statement() as state:
            held = state.positions.items()
            return sorted(user for (market, user), has in held if market == market_id and has.yes + has.no)[:limit]

    async def unpaid_providers(self, market_id: MarketId, limit: int) -> Sequence[UserId]:
        self._session.require_locked([market_id])
        with self._session.statement() as state:
            stakes = state.stakes.items()
            return sorted(user for (market, user), stake in stakes if market == market_id and stake.shares)[:limit]

    async def open_basis(self, market_id: MarketId) -> int:
        self._session.require_locked([market_id])
        with self._session.statement() as state:
            return sum(position.basis for (market, _), position in state.positions.items() if market == market_id)


class MemoryTreasury:
    """Implements the Treasury port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def treasury_id(self) -> UserId:
        with self._session.statement() as state:
            for user in state.users.values():
                if user.role is Role.TREASURY:
                    return user.id
        raise NotFound("TREASURY_NOT_FOUND", "Run `presage seed` to found the treasury.")
