"""Pictures and covers in PostgreSQL, so that a copy of the database is a copy of everything."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.cover_tables import cover_sources, market_covers
from adapters.postgres.session import Session, session
from adapters.postgres.tables import liquidity_pools, markets
from application.covers.cover import Cover, CoverSize, Source, Standing
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.market import Status


class PostgresCovers:
    """Implements the Covers port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def standing(self, market_id: MarketId) -> Standing:
        """Of a market. Raises NotFound."""
        found = select(markets.c.status, markets.c.proposed_by).where(markets.c.id == market_id)
        row = await self._session.row(found)
        if row is None:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return Standing(Status(row[0]), row[1])

    async def keep_source(self, market_id: MarketId, source: Source) -> None:
        """Keep a picture until it is processed, in the place of one that still waits."""
        values = {
            "digest": source.digest,
            "data": source.data,
            "uploaded_by": source.uploaded_by,
            "uploaded_at": source.uploaded_at,
        }
        kept = postgresql.insert(cover_sources).values(market_id=market_id, **values)
        await self._session.run(kept.on_conflict_do_update(index_elements=["market_id"], set_=values))

    async def source(self, market_id: MarketId) -> Source | None:
        """The picture that waits, if one does."""
        columns = cover_sources.c.data, cover_sources.c.uploaded_by, cover_sources.c.uploaded_at
        row = await self._session.row(select(*columns).where(cover_sources.c.market_id == market_id))
        return None if row is None else Source(*row)

    async def lock_source(self, market_id: MarketId) -> bytes | None:
        """Lock the picture that waits, and give its digest."""
        named = select(cover_sources.c.digest).where(cover_sources.c.market_id == market_id)
        row = await self._session.row(named.with_for_update())
        return None if row is None else row[0]

    async def drop_source(self, market_id: MarketId) -> None:
        """Forget a locked picture."""
        await self._session.run(delete(cover_sources).where(cover_sources.c.market_id == market_id))

    async def show(self, market_id: MarketId, covers: Sequence[Cover], source: Source) -> None:
        """Show these covers of a picture in the place of earlier ones."""
        await self._session.run(delete(market_covers).where(market_covers.c.market_id == market_id))
        uploaded = {"uploaded_by": source.uploaded_by, "uploaded_at": source.uploaded_at}
        rows = [
            {"market_id": market_id, "size": each.size, "width": each.width, "height": each.height, "data": each.data}
            for each in covers
        ]
        await self._session.run(insert(market_covers).values([row | uploaded for row in rows]))


_COVER = select(market_covers.c.width, market_covers.c.height, market_covers.c.data)


class PostgresShownCovers:
    """Implements the ShownCovers port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def cover(self, market_id: MarketId, size: CoverSize) -> Cover:
        """The cover of a market that was ever approved. Raises NotFound."""
        opened = market_covers.join(liquidity_pools, liquidity_pools.c.market_id == market_covers.c.market_id)
        return await self._found(_COVER.select_from(opened).where(liquidity_pools.c.seq > 0), market_id, size)

    async def preview(self, market_id: MarketId, size: CoverSize, proposer: UserId | None) -> Cover:
        """The cover of any market, or of one that a user proposed where he is given. Raises NotFound."""
        if proposer is None:
            return await self._found(_COVER, market_id, size)
        proposed = market_covers.join(markets, markets.c.id == market_covers.c.market_id)
        theirs = _COVER.select_from(proposed).where(markets.c.proposed_by == proposer)
        return await self._found(theirs, market_id, size)

    async def _found(self, covers: Select[Any], market_id: MarketId, size: CoverSize) -> Cover:
        one = covers.where(market_covers.c.market_id == market_id, market_covers.c.size == size)
        async with session(self._engine) as reading:
            row = await reading.row(one)
        if row is None:
            raise NotFound("COVER_NOT_FOUND", "Show the market without a cover.", market_id=str(market_id))
        return Cover(size, *row)
