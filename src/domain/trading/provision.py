"""How liquidity orders read a scene and record their entries."""

from domain.shared.errors import Conflict, Invalid
from domain.trading import liquidity
from domain.trading.cpmm import Pool
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, ClaimFees, RemoveLiquidity
from domain.trading.scene import Executed, Scene


def add_liquidity(scene: Scene, order: AddLiquidity) -> Executed:
    before = scene.book.pool
    if before is None:
        if order.probability is None:
            raise Invalid("PROBABILITY_MISSING", "The pool is empty; give the probability to open it at.")
        pool, minted, kept = liquidity.open_pool(order.amount, order.probability), order.amount, (0, 0)
    else:
        pool, minted = liquidity.add_liquidity(before, scene.book.lp_supply, order.amount)
        kept = before.yes, before.no
    return scene.record(
        Action.ADD_LIQUIDITY,
        amount_in=order.amount,
        yes=order.amount - (pool.yes - kept[0]),
        no=order.amount - (pool.no - kept[1]),
        lp=minted,
        pool=pool,
    )


def remove_liquidity(scene: Scene, order: RemoveLiquidity) -> Executed:
    if order.lp_shares > scene.holding.stake.shares:
        raise Conflict(
            "INSUFFICIENT_LP_SHARES",
            "Remove no more LP shares than you hold.",
            lp_shares=str(scene.holding.stake.shares),
        )
    claimed = pay_fees(scene)
    if claimed is not None:
        scene = scene.after(claimed)
    pool = scene.pool
    yes, no = liquidity.remove_liquidity(pool, scene.book.lp_supply, order.lp_shares)
    if yes == no == 0:
        raise Invalid("LIQUIDITY_TOO_SMALL", "Remove more LP shares; these are worth nothing.")
    merged = min(yes, no)
    everything = order.lp_shares == scene.book.lp_supply
    removed = scene.record(
        Action.REMOVE_LIQUIDITY,
        amount_out=merged,
        yes=yes - merged,
        no=no - merged,
        lp=-order.lp_shares,
        pool=None if everything else Pool(pool.yes - yes, pool.no - no),
    )
    return removed if claimed is None else claimed.then(removed)


def claim(scene: Scene, _: ClaimFees) -> Executed:
    claimed = pay_fees(scene)
    if claimed is None:
        raise Conflict("NOTHING_TO_CLAIM", "No fees have come in for you since the last claim.")
    return claimed


def pay_fees(scene: Scene) -> Executed | None:
    """Pay a provider the whole µP of fees that he is due; None where there are none."""
    due = scene.book.lp_fees.payable_to(scene.holding.stake, scene.book.lp_supply)
    return scene.record(Action.FEE_CLAIM, amount_out=due, pool=scene.book.pool) if due else None
