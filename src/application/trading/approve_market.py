"""Approve a proposed market: its pool opens with liquidity from the treasury, and trading begins."""

from dataclasses import dataclass

from application.jobs.catalogue.markets import CLOSE_MARKET
from application.jobs.catalogue.notices import SEND_MAIL
from application.jobs.queue_service import QueueService
from application.shared.ports import Clock, Ids
from application.trading.facts import facts_of
from application.trading.market_jobs import closing
from application.trading.market_notices import approved
from application.trading.ports import TradingTransactions
from application.trading.working_set import lock
from domain.shared.administration import Actor, AdminAction
from domain.shared.ids import MarketId
from domain.trading.market import Market
from domain.trading.orders import AddLiquidity
from domain.trading.provision import add_liquidity
from domain.trading.scene import Scene


@dataclass(frozen=True, slots=True)
class ApproveMarket:
    """DRAFT → ACTIVE, with a pool."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids
    queue: QueueService

    async def __call__(self, market_id: MarketId, liquidity: int, actor: Actor | None = None) -> Market:
        """The market, opened with `liquidity` µP of the treasury at the listing's probability.

        A job sees to its close, another tells its proposer. Recorded where there is an actor. Raises NotFound, Invalid,
        and Conflict where it is no draft or the treasury lacks the points.
        """
        async with self.transactions() as transaction:
            treasury_id = await transaction.treasury.treasury_id()
            proposer_id = await transaction.markets.proposer(market_id)
            working = await lock(transaction.books, [(market_id, treasury_id), (market_id, proposer_id)])
            now = self.clock.now()
            draft = working.market(market_id)
            market = draft.approve(now)
            scene = Scene(market, working.book(market_id), treasury_id, working.holding(market_id, treasury_id), now)
            listing = await transaction.markets.listing(market_id)
            working.apply(add_liquidity(scene, AddLiquidity(liquidity, listing.probability)))
            await transaction.markets.change(market, now)
            await transaction.books.write(working.changes, now)
            if actor is not None:
                after = {**facts_of(market), "liquidity": str(liquidity)}
                record = actor.record(
                    self.ids.new(), now, AdminAction.MARKET_APPROVED, market_id, facts_of(draft), after
                )
                await transaction.admin_log.add(record)
            await self.queue.add(transaction.jobs, CLOSE_MARKET, *closing(market))
            if proposer_id != treasury_id:
                notice = approved(working.account(proposer_id).user, market, listing)
                await self.queue.add(transaction.jobs, SEND_MAIL, notice)
            await transaction.commit()
        return market
