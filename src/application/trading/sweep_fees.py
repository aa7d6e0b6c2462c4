"""Pay the treasury what a market's vault has taken in so far."""

from dataclasses import dataclass

from application.shared.ports import Clock, Ids
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock
from domain.shared.administration import Actor, AdminAction
from domain.shared.ids import MarketId
from domain.trading.scene import Scene
from domain.trading.settlement import sweep


@dataclass(frozen=True, slots=True)
class SweepFees:
    """Moves a market's vault fees to the treasury; trades never touch the treasury's row."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids

    async def __call__(self, market_id: MarketId, actor: Actor | None = None) -> int:
        """The µP swept, recorded where there is an actor; 0 where the vault is empty. Raises NotFound."""
        async with self.transactions() as transaction:
            treasury_id = await transaction.treasury.treasury_id()
            working = await lock(transaction.books, [(market_id, treasury_id)])
            market, book = working.market(market_id), working.book(market_id)
            now = self.clock.now()
            executed = sweep(Scene(market, book, treasury_id, working.holding(market_id, treasury_id), now))
            if executed is None:
                return 0
            working.apply(executed)
            await transaction.books.write(working.changes, now)
            if actor is not None:
                before, after = {"vault_fees": str(book.vault_fees)}, {"vault_fees": "0"}
                record = actor.record(self.ids.new(), now, AdminAction.MARKET_SWEPT, market_id, before, after)
                await transaction.admin_log.add(record)
            await transaction.commit()
        return executed.entry.amount_out
