"""Covers as they are shown, of what is committed in memory."""

from application.covers.cover import Cover, CoverSize
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from tests.fakes.store import MemoryStore


class MemoryShownCovers:
    """Implements the ShownCovers port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def cover(self, market_id: MarketId, size: CoverSize) -> Cover:
        books = self._store.committed.books
        return self._found(market_id, size, seen=market_id in books and books[market_id].seq > 0)

    async def preview(self, market_id: MarketId, size: CoverSize, proposer: UserId | None) -> Cover:
        proposal = self._store.committed.proposals.get(market_id)
        return self._found(market_id, size, seen=proposal is not None and proposer in (None, proposal.proposed_by))

    def _found(self, market_id: MarketId, size: CoverSize, *, seen: bool) -> Cover:
        cover, _ = self._store.committed.market_covers.get((market_id, size), (None, None))
        if cover is None or not seen:
            raise NotFound("COVER_NOT_FOUND", "Show the market without a cover.", market_id=str(market_id))
        return cover
