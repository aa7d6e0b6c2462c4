"""The job `image.process`: make the covers of a market from the picture that waits."""

from dataclasses import dataclass

from application.covers.ports import CoversTransaction, CoversTransactions, Pictures
from application.jobs.catalogue.covers import Processed, ProcessImage
from application.jobs.run import Run
from domain.shared.errors import Invalid
from domain.shared.ids import MarketId


@dataclass(frozen=True, slots=True)
class ProcessCover:
    """Works between two transactions, so that no connection waits for it. Repeated, it finds nothing left to do."""

    transactions: CoversTransactions
    pictures: Pictures

    async def __call__(self, run: Run[ProcessImage]) -> Processed:
        """Show the covers and forget the picture; one that is refused leaves the earlier covers as they are.

        Raises Invalid where it is refused, and Unavailable where a retry may help.
        """
        asked, market_id = run.payload, MarketId(run.payload.market_id)
        async with self.transactions() as transaction:
            source = await transaction.covers.source(market_id)
        if source is None or source.digest.hex() != asked.digest:
            return Processed(shown=False)
        try:
            covers = await self.pictures.cut(source.data)
        except Invalid:
            await self._forget(run, market_id)
            raise
        done = Processed(shown=True)
        async with run.ending(self.transactions, done)() as transaction:
            if await _waits(transaction, asked):
                await transaction.covers.show(market_id, covers, source)
                await transaction.covers.drop_source(market_id)
                await transaction.commit()
                return done
        return Processed(shown=False)

    async def _forget(self, run: Run[ProcessImage], market_id: MarketId) -> None:
        async with run.fenced(self.transactions)() as transaction:
            if await _waits(transaction, run.payload):
                await transaction.covers.drop_source(market_id)
                await transaction.commit()


async def _waits(transaction: CoversTransaction, asked: ProcessImage) -> bool:
    """Whether no other picture has come meanwhile, which is another job's; locks the picture."""
    digest = await transaction.covers.lock_source(MarketId(asked.market_id))
    return digest is not None and digest.hex() == asked.digest
