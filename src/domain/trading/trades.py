"""How each kind of trade reads a scene and records its entry."""

from domain.shared.errors import Conflict, Invalid
from domain.trading import cpmm
from domain.trading.bounds import require_at_least, require_at_most
from domain.trading.cpmm import NO, YES, Outcome, Pool
from domain.trading.ledger import Action, unit_price
from domain.trading.orders import Buy, BuyShares, CloseOut, Merge, Mint, Sell, SellFor
from domain.trading.scene import Executed, Scene


def buy(scene: Scene, order: Buy) -> Executed:
    pool, fill = cpmm.buy(scene.pool, order.outcome, order.amount, scene.market.fee_bps)
    require_at_least("shares", fill.shares, order.min_shares)
    return _bought(scene, order.outcome, pool, fill)


def buy_shares(scene: Scene, order: BuyShares) -> Executed:
    pool, fill = cpmm.buy_shares(scene.pool, order.outcome, order.shares, scene.market.fee_bps)
    require_at_most("cost", fill.amount, order.max_cost)
    return _bought(scene, order.outcome, pool, fill)


def _bought(scene: Scene, outcome: Outcome, pool: Pool, fill: cpmm.Fill) -> Executed:
    is_yes = outcome is YES
    return scene.record(
        Action.BUY,
        outcome=outcome,
        amount_in=fill.amount,
        fee=fill.fee,
        yes=fill.shares if is_yes else 0,
        no=0 if is_yes else fill.shares,
        pool=pool,
        price=unit_price(fill.amount, fill.shares),
    )


def sell(scene: Scene, order: Sell) -> Executed:
    pool, fill = cpmm.sell(scene.pool, order.outcome, order.shares, scene.market.fee_bps)
    require_at_least("proceeds", fill.amount, order.min_proceeds)
    if fill.amount == 0:
        raise Invalid("PROCEEDS_ZERO", "These shares are worth less than 1 µP; sell more at once.")
    return _sold(scene, order.outcome, pool, fill)


def sell_for(scene: Scene, order: SellFor) -> Executed:
    pool, fill = cpmm.sell_for(scene.pool, order.outcome, order.amount, scene.market.fee_bps)
    require_at_most("shares", fill.shares, order.max_shares)
    return _sold(scene, order.outcome, pool, fill)


def _sold(scene: Scene, outcome: Outcome, pool: Pool, fill: cpmm.Fill) -> Executed:
    is_yes = outcome is YES
    return scene.record(
        Action.SELL,
        outcome=outcome,
        amount_out=fill.amount,
        fee=fill.fee,
        yes=-fill.shares if is_yes else 0,
        no=0 if is_yes else -fill.shares,
        pool=pool,
        price=unit_price(fill.amount, fill.shares),
    )


def mint(scene: Scene, order: Mint) -> Executed:
    return scene.record(Action.MINT, amount_in=order.amount, yes=order.amount, no=order.amount, pool=scene.pool)


def merge(scene: Scene, order: Merge) -> Executed:
    return scene.record(
        Action.MERGE, amount_out=order.amount, yes=-order.amount, no=-order.amount, pool=scene.book.pool
    )


def close_out(scene: Scene, order: CloseOut) -> Executed:
    position = scene.holding.position
    overlap = min(position.yes, position.no)
    outcome = YES if position.yes > position.no else NO
    left = position.shares(outcome) - overlap
    if not overlap and not left:
        raise Conflict("NOTHING_HELD", "You hold no shares of this market.")
    pool, proceeds, fee = scene.book.pool, 0, 0
    if left:
        pool, fill = cpmm.sell(scene.pool, outcome, left, scene.market.fee_bps)
        proceeds, fee = fill.amount, fill.fee
    require_at_least("proceeds", overlap + proceeds, order.min_proceeds)
    return scene.record(
        Action.NET_SELL,
        outcome=outcome if left else None,
        amount_out=overlap + proceeds,
        fee=fee,
        yes=-position.yes,
        no=-position.no,
        pool=pool,
        price=unit_price(proceeds, left) if left else None,
    )
