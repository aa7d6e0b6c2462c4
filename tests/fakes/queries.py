"""Reads in memory, of what is committed."""

from application.trading.queries import MarketView, Portfolio, PortfolioLine
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_STAKE
from domain.trading.ledger import LedgerEntry
from domain.trading.market import Status
from tests.fakes.state import State
from tests.fakes.store import MemoryStore


class MemoryQueries:
    """Implements the TradingQueries port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def market(self, market_id: MarketId) -> MarketView:
        state = self._store.committed
        if market_id not in state.markets:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return _view(state, market_id)

    async def markets(
        self, limit: int, after: MarketId | None = None, status: Status | None = None
    ) -> list[MarketView]:
        state = self._store.committed
        found = sorted(
            market.id
            for market in state.markets.values()
            if (after is None or market.id > after) and (status is None or market.status is status)
        )
        return [_view(state, market_id) for market_id in found[:limit]]

    async def portfolio(self, user_id: UserId) -> Portfolio:
        state = self._store.committed
        if user_id not in state.users:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
        lines = [
            PortfolioLine(_view(state, market), position, state.stakes.get((market, user), NO_STAKE))
            for (market, user), position in sorted(state.positions.items(), key=lambda item: item[0])
            if user == user_id
        ]
        return Portfolio(user_id, state.users[user_id].balance, lines)

    async def entries(self, market_id: MarketId, limit: int, after_seq: int = 0) -> list[LedgerEntry]:
        entries = self._store.committed.entries
        found = sorted(seq for market, seq in entries if market == market_id and seq > after_seq)
        return [entries[market_id, seq] for seq in found[:limit]]


def _view(state: State, market_id: MarketId) -> MarketView:
    proposal = state.proposals[market_id]
    return MarketView(state.markets[market_id], proposal.listing, state.books[market_id], proposal.created_at)
