"""Liquidity: opening a pool at a probability, adding to it, taking out, and the providers' part of the fees.

Reserves follow the Gnosis FixedProductMarketMaker contract (`addFunding`, `removeFunding`). Fees follow a
cumulative fee per LP share in a scaled integer whose remainder is carried, so that at every moment
accrued · SCALE = remainder + Σ owed, exactly, and the last provider leaves nothing behind.
"""

from domain.shared.errors import Conflict, Invalid
from domain.shared.money import MILLION, require_amount, require_holding, shown
from domain.shared.value import value
from domain.trading.cpmm import Pool

SCALE = 2**64

MIN_PROBABILITY = 10_000
MAX_PROBABILITY = 990_000
"""Bounds of an opening probability, in millionths."""


@value
class Stake:
    """One provider's part of a pool: LP `shares`, their cost `basis` in µP, and his fees.

    `owed` is what he has earned up to the cumulative fee `checkpoint`, both in µP · SCALE.
    """

    shares: int = 0
    basis: int = 0
    checkpoint: int = 0
    owed: int = 0


@value
class LpFees:
    """The providers' fees of one market: `accrued` µP not yet paid, `per_share` and `remainder` in µP · SCALE."""

    accrued: int = 0
    per_share: int = 0
    remainder: int = 0

    def earn(self, fee: int, supply: int) -> "LpFees":
        """Share a fee of `fee` µP among `supply` LP shares."""
        if fee == 0:
            return self
        per_share, remainder = divmod(fee * SCALE + self.remainder, supply)
        return LpFees(self.accrued + fee, self.per_share + per_share, remainder)

    def owed_to(self, stake: Stake) -> int:
        """What a provider has earned and not been paid, in µP · SCALE."""
        return stake.owed + stake.shares * (self.per_share - stake.checkpoint)

    def payable_to(self, stake: Stake, supply: int) -> int:
        """What a provider may be paid now, in whole µP; the only provider is also due the carried remainder."""
        carried = self.remainder if stake.shares == supply else 0
        return (self.owed_to(stake) + carried) // SCALE

    def pay(self, stake: Stake, paid: int) -> tuple["LpFees", Stake]:
        """Take `paid` µP out for a provider, out of the remainder where his own part is a fraction short."""
        left = self.owed_to(stake) - paid * SCALE
        short = max(0, -left)
        fees = LpFees(self.accrued - paid, self.per_share, self.remainder - short)
        return fees, Stake(stake.shares, stake.basis, self.per_share, left + short)

    def change_shares(self, stake: Stake, shares: int, basis: int) -> tuple["LpFees", Stake]:
        """Give a provider another number of LP shares; who leaves whole leaves his fraction to the others."""
        owed = self.owed_to(stake)
        if shares:
            return self, Stake(shares, basis, self.per_share, owed)
        return LpFees(self.accrued, self.per_share, self.remainder + owed), Stake()


def open_pool(amount: int, probability: int) -> Pool:
    """The pool that `amount` µP open at a probability of YES in millionths. Raises Invalid."""
    require_amount(amount)
    if type(probability) is not int or not MIN_PROBABILITY <= probability <= MAX_PROBABILITY:
        raise Invalid(
            "PROBABILITY_OUT_OF_BOUNDS",
            f"Give the opening probability from {MIN_PROBABILITY} to {MAX_PROBABILITY} millionths.",
            given=shown(probability),
        )
    against = MILLION - probability
    if probability * 2 >= MILLION:
        return Pool(_smaller(amount, against, probability), amount)
    return Pool(amount, _smaller(amount, probability, against))


def _smaller(amount: int, lesser: int, greater: int) -> int:
    reserve = amount * lesser // greater
    if reserve == 0:
        raise Invalid("LIQUIDITY_TOO_SMALL", "Open the market with more points.", given=str(amount))
    return reserve


def add_liquidity(pool: Pool, supply: int, amount: int) -> tuple[Pool, int]:
    """Add `amount` µP to a pool; the pool after it and the LP shares minted. Raises Invalid.

    Of the `amount` sets of shares, what the pool does not keep goes to the provider.
    """
    require_amount(amount)
    larger = max(pool.yes, pool.no)
    minted = amount * supply // larger
    if minted == 0:
        raise Invalid("LIQUIDITY_TOO_SMALL", "Add more points; this buys no LP share.", given=str(amount))
    require_holding(supply + minted, "the supply of LP shares")
    return Pool(pool.yes + amount * pool.yes // larger, pool.no + amount * pool.no // larger), minted


def remove_liquidity(pool: Pool, supply: int, shares: int) -> tuple[int, int]:
    """The reserves (yes, no) that `shares` LP shares take out of a pool. Raises Invalid and Conflict."""
    require_amount(shares, "lp_shares")
    if shares > supply:
        raise Conflict("INSUFFICIENT_LP_SHARES", "Remove no more LP shares than exist.", supply=str(supply))
    return pool.yes * shares // supply, pool.no * shares // supply
