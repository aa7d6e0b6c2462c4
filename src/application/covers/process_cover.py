"""Make the covers of a market from the picture that waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.covers.cover import Cover, Source
from application.covers.ports import CoversTransactions, Pictures
from domain.shared.errors import Invalid
from domain.shared.ids import MarketId


@dataclass(frozen=True, slots=True)
class ProcessCover:
    """Works between two transactions, so that no connection waits for it. Repeated, it finds nothing left to do."""

    transactions: CoversTransactions
    pictures: Pictures

    async def __call__(self, market_id: MarketId) -> None:
        """Show the covers and forget the picture; one that is refused leaves the earlier covers as they are.

        Raises Invalid where it is refused, and Unavailable where a retry may help. Bounded in time by whoever calls.
        """
        async with self.transactions() as transaction:
            source = await transaction.covers.source(market_id)
        if source is None:
            return
        try:
            covers = await self.pictures.cut(source.data)
        except Invalid:
            await self._finish(market_id, source, [])
            raise
        await self._finish(market_id, source, covers)

    async def _finish(self, market_id: MarketId, source: Source, covers: Sequence[Cover]) -> None:
        """Unless another picture has come meanwhile, which is another job's."""
        async with self.transactions() as transaction:
            if await transaction.covers.lock_source(market_id) != source.digest:
                return
            if covers:
                await transaction.covers.show(market_id, covers, source)
            await transaction.covers.drop_source(market_id)
            await transaction.commit()
