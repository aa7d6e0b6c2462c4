"""Execution: an order on a market becomes ledger entries, or is refused and changes nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.trading import provision, trades
from domain.trading.book import Book, Holding
from domain.trading.market import Market
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from domain.trading.scene import Executed, Scene

_WHILE_ACTIVE = frozenset({RemoveLiquidity, ClaimFees})

_HANDLERS: dict[type[Instruction], Callable[[Scene, Any], Executed]] = {
    Buy: trades.buy,
    BuyShares: trades.buy_shares,
    Sell: trades.sell,
    SellFor: trades.sell_for,
    Mint: trades.mint,
    Merge: trades.merge,
    CloseOut: trades.close_out,
    AddLiquidity: provision.add_liquidity,
    RemoveLiquidity: provision.remove_liquidity,
    ClaimFees: provision.claim,
}


def execute(
    market: Market, book: Book, holding: Holding, order: Order, now: datetime, fingerprint: bytes | None = None
) -> Executed:
    """Carry out an order at time `now`. Raises Invalid and Conflict, and then nothing has changed."""
    order.require_live(now)
    instruction = order.instruction
    if type(instruction) in _WHILE_ACTIVE:
        market.require_active()
    else:
        market.require_open(now)
    scene = Scene(market, book, order.user_id, holding, now, order.key, fingerprint or order.fingerprint())
    return _HANDLERS[type(instruction)](scene, instruction)
