"""The constant-product market maker of one binary market, exact in integers.

Buys and sells change a pool as the Gnosis FixedProductMarketMaker contract does (its `calcBuyAmount` and
`calcSellAmount`), to the micro-unit. Every division rounds against the trader, so k = yes · no never falls.
Quantities are micro-units; `fee_bps` is the fee in basis points of the amount.
"""

from enum import StrEnum
from math import isqrt

from domain.shared.errors import Conflict, Invalid
from domain.shared.money import BASIS_POINTS, MAX_HOLDING, MILLION, ceil_div, require_amount, shown
from domain.shared.value import value


class Outcome(StrEnum):
    """A side of a binary market."""

    YES = "YES"
    NO = "NO"


YES, NO = Outcome


def require_outcome(outcome: Outcome) -> None:
    """Refuse what is not an outcome, its mere name too. Raises Invalid."""
    if not isinstance(outcome, Outcome):
        raise Invalid("OUTCOME_UNKNOWN", "Name the outcome as YES or NO.", given=str(outcome)[:40])


@value
class Pool:
    """Reserves of both outcomes in micro-shares, each from 1 to MAX_HOLDING. Raises Invalid otherwise."""

    yes: int
    no: int

    def __post_init__(self) -> None:
        if type(self.yes) is not int or type(self.no) is not int:
            raise Invalid("RESERVE_NOT_INTEGER", "Give reserves as whole numbers of micro-shares.")
        if not (0 < self.yes <= MAX_HOLDING and 0 < self.no <= MAX_HOLDING):
            raise Invalid(
                "RESERVE_OUT_OF_BOUNDS",
                f"A reserve must stay from 1 to {MAX_HOLDING} micro-shares; use a smaller amount.",
                maximum=str(MAX_HOLDING),
            )

    @property
    def k(self) -> int:
        """The product that no trade may lower."""
        return self.yes * self.no

    @property
    def probability(self) -> int:
        """The probability of YES in millionths, rounded down."""
        return self.no * MILLION // (self.yes + self.no)


@value
class Fill:
    """What a trade moves: `amount` µP paid (buy, fee included) or received (sell, fee taken off),
    `shares` micro-shares, and the `fee` in µP."""

    amount: int
    shares: int
    fee: int


def buy(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    """Spend exactly `quantity` µP, fee included, on shares of `outcome`. Raises Invalid."""
    require_amount(quantity)
    _require_fee(fee_bps)
    return _buy(pool, outcome, quantity, fee_bps)


def buy_shares(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    """Spend the least amount that buys `quantity` micro-shares; the fill has all that this amount buys.

    Raises Invalid.
    """
    require_amount(quantity, "shares")
    _require_fee(fee_bps)
    own, other = _oriented(pool, outcome)
    net = _least_net(own, other, quantity)
    amount = (net - 1) * BASIS_POINTS // (BASIS_POINTS - fee_bps) + 1
    require_amount(amount)
    return _buy(pool, outcome, amount, fee_bps)


def sell(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    """Give `quantity` micro-shares of `outcome` to the pool for the greatest net proceeds they cover.

    The proceeds are 0 where the shares are worth less than 1 µP. Raises Invalid.
    """
    require_amount(quantity, "shares")
    _require_fee(fee_bps)
    own, other = _oriented(pool, outcome)
    most_gross = _greatest_gross(own, other, quantity)
    proceeds = ceil_div((most_gross + 1) * (BASIS_POINTS - fee_bps), BASIS_POINTS) - 1
    gross = proceeds * BASIS_POINTS // (BASIS_POINTS - fee_bps)
    after = _pool(outcome, own + quantity - gross, other - gross)
    return after, Fill(proceeds, quantity, gross - proceeds)


def sell_for(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    """Receive exactly `quantity` µP net of the fee for the least shares of `outcome`.

    Raises Invalid, and Conflict where the pool does not hold that much.
    """
    require_amount(quantity)
    _require_fee(fee_bps)
    own, other = _oriented(pool, outcome)
    gross = quantity * BASIS_POINTS // (BASIS_POINTS - fee_bps)
    if gross >= other:
        raise Conflict(
            "POOL_TOO_SMALL", "The pool cannot pay that much; ask for less.", reserve=str(other), gross=str(gross)
        )
    own_after = ceil_div(own * other, other - gross)
    after = _pool(outcome, own_after, other - gross)
    return after, Fill(quantity, own_after - own + gross, gross - quantity)


def _buy(pool: Pool, outcome: Outcome, amount: int, fee_bps: int) -> tuple[Pool, Fill]:
    own, other = _oriented(pool, outcome)
    fee = amount * fee_bps // BASIS_POINTS
    net = amount - fee
    own_after = ceil_div(own * other, other + net)
    after = _pool(outcome, own_after, other + net)
    return after, Fill(amount, own + net - own_after, fee)


def _least_net(own: int, other: int, shares: int) -> int:
    """The least n with (own + n - shares) · (other + n) ≥ own · other."""
    linear = own + other - shares
    return ceil_div(_ceil_sqrt(linear * linear + 4 * shares * other) - linear, 2)


def _greatest_gross(own: int, other: int, shares: int) -> int:
    """The greatest g < other with (own + shares - g) · (other - g) ≥ own · other."""
    total = own + other + shares
    return (total - _ceil_sqrt(total * total - 4 * shares * other)) // 2


def _ceil_sqrt(square: int) -> int:
    return isqrt(square - 1) + 1 if square > 0 else 0


def _oriented(pool: Pool, outcome: Outcome) -> tuple[int, int]:
    """The reserve of `outcome` and that of the other side."""
    if outcome is YES:
        return pool.yes, pool.no
    require_outcome(outcome)
    return pool.no, pool.yes


def _pool(outcome: Outcome, own: int, other: int) -> Pool:
    return Pool(own, other) if outcome is YES else Pool(other, own)


def _require_fee(fee_bps: int) -> None:
    if type(fee_bps) is not int or not 0 <= fee_bps < BASIS_POINTS:
        raise Invalid(
            "FEE_OUT_OF_BOUNDS",
            f"Give the fee as a whole number from 0 to {BASIS_POINTS - 1} basis points.",
            given=shown(fee_bps),
        )
