"""Pictures and covers in memory."""

from collections.abc import Sequence

from application.covers.cover import Cover, CoverSize, Source, Standing
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId
from tests.fakes.session import MemorySession


class MemoryCovers:
    """Implements the Covers port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def standing(self, market_id: MarketId) -> Standing:
        with self._session.statement() as state:
            if market_id not in state.proposals:
                raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
            return Standing(state.markets[market_id].status, state.proposals[market_id].proposed_by)

    async def keep_source(self, market_id: MarketId, source: Source) -> None:
        await self._session.take_turn()
        with self._session.statement() as state:
            state.cover_sources[market_id] = source

    async def source(self, market_id: MarketId) -> Source | None:
        with self._session.statement() as state:
            return state.cover_sources.get(market_id)

    async def lock_source(self, market_id: MarketId) -> bytes | None:
        await self._session.take_turn()
        source = await self.source(market_id)
        return None if source is None else source.digest

    async def drop_source(self, market_id: MarketId) -> None:
        with self._session.statement() as state:
            state.cover_sources.pop(market_id, None)

    async def show(self, market_id: MarketId, covers: Sequence[Cover], source: Source) -> None:
        with self._session.statement() as state:
            for size in CoverSize:
                state.market_covers.pop((market_id, size), None)
            for cover in covers:
                state.market_covers[market_id, cover.size] = cover, source
