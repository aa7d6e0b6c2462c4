"""Integer amounts: their unit, their bounds, and the two ways to round them.

1 point is 1,000,000 MicroPoints (µP); 1 share is 1,000,000 micro-shares. A winning micro-share pays 1 µP.
"""

from domain.shared.errors import Invalid

POINT = 1_000_000
BASIS_POINTS = 10_000
MILLION = 1_000_000

MOST_DIGITS = 40
"""Of a number that is shown to whoever gave it."""

MAX_AMOUNT = 10**17
"""The most that one order, grant or liquidity change may name, in micro-units."""

MAX_HOLDING = 10**18
"""The most that one balance, reserve or position may hold; leaves room in a signed 64-bit column."""


def ceil_div(numerator: int, denominator: int) -> int:
    """The quotient rounded up, for a positive denominator."""
    return -(-numerator // denominator)


def shown(number: object) -> str:
    """A number that a caller gave, as text of a bounded length."""
    return str(number)[:MOST_DIGITS] if not isinstance(number, int) or abs(number) < 10**MOST_DIGITS else "far more"


def require_amount(amount: int, name: str = "amount") -> None:
    """Refuse an amount that is not an `int` from 1 to MAX_AMOUNT. Raises Invalid."""
    if type(amount) is not int:
        raise Invalid("AMOUNT_NOT_INTEGER", f"Give {name} as a whole number of micro-units.", field=name)
    if not 0 < amount <= MAX_AMOUNT:
        raise Invalid(
            "AMOUNT_OUT_OF_BOUNDS",
            f"Give {name} from 1 to {MAX_AMOUNT} micro-units.",
            field=name,
            given=shown(amount),
            maximum=str(MAX_AMOUNT),
        )


def require_holding(quantity: int, name: str) -> None:
    """Refuse a total beyond MAX_HOLDING. Raises Invalid."""
    if quantity > MAX_HOLDING:
        raise Invalid(
            "HOLDING_TOO_LARGE",
            f"{name} would pass {MAX_HOLDING} micro-units; use a smaller amount.",
            field=name,
            maximum=str(MAX_HOLDING),
        )
