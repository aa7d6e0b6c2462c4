"""Change a market's status: pause, resume, close, resolve, cancel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from application.jobs.catalogue.markets import CLOSE_MARKET, SETTLE_MARKET
from application.jobs.queue_service import QueueService
from application.shared.ports import Clock, Ids
from application.trading.facts import facts_of
from application.trading.market_jobs import closing, settling
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock_market
from domain.shared.administration import Actor, AdminAction
from domain.shared.ids import MarketId
from domain.trading.cpmm import Outcome
from domain.trading.market import Market


@dataclass(frozen=True, slots=True)
class ChangeMarket:
    """Each change is made under the lock that trades take, and recorded where there is an actor. What follows from
    the end of trading, and of a market, goes on by jobs that are asked for with it.

    Raises NotFound, and Conflict where it is not allowed.
    """

    transactions: TradingTransactions
    clock: Clock
    ids: Ids
    queue: QueueService

    async def pause(self, market_id: MarketId, actor: Actor | None = None) -> Market:
        """Stop trading until it is resumed."""
        return await self._change(market_id, lambda market, _: market.pause(), AdminAction.MARKET_PAUSED, actor)

    async def resume(self, market_id: MarketId, actor: Actor | None = None) -> Market:
        """Let trading go on."""
        return await self._change(market_id, lambda market, _: market.resume(), AdminAction.MARKET_RESUMED, actor)

    async def close(self, market_id: MarketId, actor: Actor | None = None) -> Market:
        """End trading now; the market then waits for its result."""
        return await self._change(market_id, lambda market, now: market.close(now), AdminAction.MARKET_CLOSED, actor)

    async def resolve(self, market_id: MarketId, outcome: Outcome, actor: Actor | None = None) -> Market:
        """Fix the result; SettleMarket then pays it out."""
        return await self._change(
            market_id, lambda market, _: market.resolve(outcome), AdminAction.MARKET_RESOLVED, actor
        )

    async def cancel(self, market_id: MarketId, actor: Actor | None = None) -> Market:
        """Call it off; SettleMarket then returns what was paid."""
        return await self._change(market_id, lambda market, _: market.cancel(), AdminAction.MARKET_CANCELLED, actor)

    async def _change(
        self,
        market_id: MarketId,
        step: Callable[[Market, datetime], Market],
        action: AdminAction,
        actor: Actor | None,
    ) -> Market:
        async with self.transactions() as transaction:
            market, _ = await lock_market(transaction.books, market_id)
            now = self.clock.now()
            changed = step(market, now)
            await transaction.markets.change(changed, now)
            if actor is not None:
                before, after = facts_of(market), facts_of(changed)
                await transaction.admin_log.add(actor.record(self.ids.new(), now, action, market_id, before, after))
            if changed.status.ended:
                await self.queue.add(transaction.jobs, SETTLE_MARKET, settling(market_id, actor))
            elif changed.closes_at != market.closes_at:
                await self.queue.add(transaction.jobs, CLOSE_MARKET, *closing(changed))
            await transaction.commit()
        return changed
