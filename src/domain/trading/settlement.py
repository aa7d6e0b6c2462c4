"""Settlement of an ended market: holders first, then the providers share the collateral that is left.

RESOLVED pays 1 µP for each winning micro-share. CANCELLED returns cost basis, pro rata where the collateral is
short. Every division is taken over what remains, so that the last one paid leaves exactly nothing.
"""

from domain.shared.errors import Conflict
from domain.shared.money import MILLION
from domain.trading.cpmm import Pool
from domain.trading.ledger import Action
from domain.trading.market import Status
from domain.trading.provision import pay_fees
from domain.trading.scene import Executed, Scene


def pay_holder(scene: Scene, basis_left: int) -> Executed:
    """Take all of a holder's shares for what they are worth.

    `basis_left` is the cost basis in µP of all holders not yet paid, this one included.
    """
    position = scene.holding.position
    if scene.market.outcome is not None:
        worth = position.shares(scene.market.outcome)
    else:
        collateral = scene.book.collateral
        short = collateral < basis_left
        worth = position.basis * collateral // basis_left if short else position.basis
    return scene.record(
        _action(scene),
        outcome=scene.market.outcome,
        amount_out=worth,
        yes=-position.yes,
        no=-position.no,
        pool=scene.book.pool,
        price=_price(scene),
    )


def pay_provider(scene: Scene) -> Executed:
    """Take all of a provider's LP shares for his part of the collateral left, after the fees that he is due."""
    claimed = pay_fees(scene)
    if claimed is not None:
        scene = scene.after(claimed)
    book, stake, pool = scene.book, scene.holding.stake, scene.pool
    rest = _reserves_left(pool, stake.shares, book.lp_supply)
    paid = scene.record(
        _action(scene),
        outcome=scene.market.outcome,
        amount_out=book.collateral * stake.shares // book.lp_supply,
        lp=-stake.shares,
        pool=rest,
        price=_price(scene),
    )
    return paid if claimed is None else claimed.then(paid)


def sweep(scene: Scene) -> Executed | None:
    """Pay the treasury the vault's fees; None where there are none."""
    fees = scene.book.vault_fees
    return scene.record(Action.VAULT_SWEEP, amount_out=fees, pool=scene.book.pool) if fees else None


def pay_rest(scene: Scene) -> Executed | None:
    """Pay the treasury the collateral that neither holders nor providers are left to claim; None where there is none.

    Only a cancelled market whose providers all left before can come to this.
    """
    rest = scene.book.collateral
    if scene.book.lp_supply:
        raise Conflict("PROVIDERS_UNPAID", "Pay the providers first.")
    return scene.record(Action.REFUND, amount_out=rest, pool=None) if rest else None


def _action(scene: Scene) -> Action:
    if not scene.market.status.ended:
        raise Conflict("MARKET_NOT_ENDED", "Resolve or cancel the market first.", status=scene.market.status)
    return Action.PAYOUT if scene.market.status is Status.RESOLVED else Action.REFUND


def _price(scene: Scene) -> int | None:
    """A winning share pays one point; a refund has only the mark."""
    return None if scene.market.outcome is None else MILLION


def _reserves_left(pool: Pool, shares: int, supply: int) -> Pool | None:
    if shares == supply:
        return None
    return Pool(pool.yes - pool.yes * shares // supply, pool.no - pool.no * shares // supply)
