"""Covers as they are shown, of what is committed in memory."""

from application.covers.cover import Cover, CoverSize
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId
from tests.fakes.store import MemoryStore


class MemoryShownCovers:
    """Implements the ShownCovers port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def cover(self, market_id: MarketId, size: CoverSize) -> Cover:
        state = self._store.committed
        cover, _ = state.market_covers.get((market_id, size), (None, None))
        if cover is None or not state.books[market_id].seq:
            raise NotFound("COVER_NOT_FOUND", "Show the market without a cover.", market_id=str(market_id))
        return cover
