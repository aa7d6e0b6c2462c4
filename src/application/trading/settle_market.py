"""Pay out an ended market, in chunks that each commit: killed at any moment, it goes on where it stopped."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from application.shared.ports import Clock, Ids
from application.trading.facts import facts_of
from application.trading.ports import TradingTransaction, TradingTransactions
from application.trading.working_set import WorkingSet, lock, lock_market
from domain.shared.administration import Actor, AdminAction
from domain.shared.errors import Conflict
from domain.shared.ids import MarketId, UserId
from domain.trading.market import Market
from domain.trading.scene import Scene
from domain.trading.settlement import pay_holder, pay_provider, pay_rest, sweep

CHUNK = 500
"""Users paid in one transaction."""


@dataclass(frozen=True, slots=True)
class SettleMarket:
    """Pays holders, then providers, then sweeps the vault to the treasury; each exactly once."""

    transactions: TradingTransactions
    clock: Clock
    ids: Ids
    chunk: int = CHUNK

    async def __call__(self, market_id: MarketId) -> int:
        """Settle a market to the end; the number of entries that this call made. Raises NotFound and Conflict."""
        return sum([made async for made in self.chunks(market_id)])

    async def chunks(self, market_id: MarketId, actor: Actor | None = None) -> AsyncIterator[int]:
        """The same, chunk by chunk: the entries made by each. Its end is recorded of an actor."""
        settled = False
        while not settled:
            settled, made = await self._next_chunk(market_id, actor)
            yield made

    async def part(self, market_id: MarketId, chunks: int, actor: Actor | None = None) -> bool:
        """Go on for at most so many chunks: whether the market is then settled, which is recorded of an actor.

        Raises NotFound and Conflict.
        """
        for _ in range(chunks):
            settled, _ = await self._next_chunk(market_id, actor)
            if settled:
                return True
        return False

    async def _next_chunk(self, market_id: MarketId, actor: Actor | None = None) -> tuple[bool, int]:
        """Whether the market is settled, and the entries made."""
        async with self.transactions() as transaction:
            market, _ = await lock_market(transaction.books, market_id)
            if not market.status.ended:
                raise Conflict("MARKET_NOT_ENDED", "Resolve or cancel the market first.", status=market.status)
            now = self.clock.now()
            settled, made = (True, 0) if market.settled else await self._pay_chunk(transaction, market, now)
            if actor is not None and settled and not market.settled:
                before, after = facts_of(market), facts_of(market.settle())
                record = actor.record(self.ids.new(), now, AdminAction.MARKET_SETTLED, market_id, before, after)
                await transaction.admin_log.add(record)
            await transaction.commit()
        return settled, made

    async def _pay_chunk(self, transaction: TradingTransaction, market: Market, now: datetime) -> tuple[bool, int]:
        """Whether this was the last chunk, and its entries."""
        holders = await transaction.holders.unpaid_holders(market.id, self.chunk)
        if holders:
            working = await self._pay_holders(transaction, market, holders, now)
        elif providers := await transaction.holders.unpaid_providers(market.id, self.chunk):
            working = await _open(transaction, market, providers)
            for user_id in providers:
                working.apply(pay_provider(_scene(working, market, user_id, now)))
        else:
            return True, await _finish(transaction, market, now)
        await transaction.books.write(working.changes, now)
        return False, len(working.changes.entries)

    async def _pay_holders(
        self, transaction: TradingTransaction, market: Market, holders: Sequence[UserId], now: datetime
    ) -> WorkingSet:
        basis_left = await transaction.holders.open_basis(market.id)
        working = await _open(transaction, market, holders)
        for user_id in holders:
            scene = _scene(working, market, user_id, now)
            working.apply(pay_holder(scene, basis_left))
            basis_left -= scene.holding.position.basis
        return working


async def _finish(transaction: TradingTransaction, market: Market, now: datetime) -> int:
    """Pay the treasury what is left and mark the market as settled; the entries made."""
    treasury_id = await transaction.treasury.treasury_id()
    working = await _open(transaction, market, [treasury_id])
    for pay in (sweep, pay_rest):
        executed = pay(_scene(working, market, treasury_id, now))
        if executed is not None:
            working.apply(executed)
    if working.changes:
        await transaction.books.write(working.changes, now)
    await transaction.markets.change(market.settle(), now)
    return len(working.changes.entries)


async def _open(transaction: TradingTransaction, market: Market, user_ids: Sequence[UserId]) -> WorkingSet:
    return await lock(transaction.books, [(market.id, user_id) for user_id in user_ids])


def _scene(working: WorkingSet, market: Market, user_id: UserId, now: datetime) -> Scene:
    return Scene(market, working.book(market.id), user_id, working.holding(market.id, user_id), now)
