"""What one user holds in one market: shares of both outcomes, what they cost, and the profit booked so far.

Sales release cost basis in proportion to shares, rounded down, and book the difference as realised profit.
Hence, for a user and to the µP: balance = grants + Σ realised - Σ open basis.
"""

from domain.shared.errors import Conflict, Invalid
from domain.shared.money import MAX_HOLDING
from domain.shared.value import value
from domain.trading.cpmm import YES, Outcome


@value
class Position:
    """Micro-shares of `yes` and `no`, the cost basis of each in µP, and `realised` profit in µP (may be negative).

    Raises Invalid when built beyond MAX_HOLDING, and Conflict when below zero.
    """

    yes: int = 0
    no: int = 0
    yes_basis: int = 0
    no_basis: int = 0
    realised: int = 0

    def __post_init__(self) -> None:
        if self.yes < 0 or self.no < 0 or self.yes_basis < 0 or self.no_basis < 0:
            raise Conflict(
                "INSUFFICIENT_SHARES", "Name no more shares than you hold.", yes=str(self.yes), no=str(self.no)
            )
        if max(self.yes, self.no, self.yes_basis, self.no_basis) > MAX_HOLDING:
            raise Invalid("HOLDING_TOO_LARGE", f"Hold at most {MAX_HOLDING} micro-units; use a smaller amount.")

    def shares(self, outcome: Outcome) -> int:
        """Micro-shares held of an outcome."""
        return self.yes if outcome is YES else self.no

    @property
    def basis(self) -> int:
        """The cost basis of both sides, in µP."""
        return self.yes_basis + self.no_basis

    def bought(self, outcome: Outcome, shares: int, cost: int) -> "Position":
        """After buying shares of one outcome for their whole cost."""
        if outcome is YES:
            return Position(self.yes + shares, self.no, self.yes_basis + cost, self.no_basis, self.realised)
        return Position(self.yes, self.no + shares, self.yes_basis, self.no_basis + cost, self.realised)

    def received(self, yes: int, no: int, yes_basis: int, no_basis: int) -> "Position":
        """After receiving minted or returned shares at a given basis."""
        return Position(
            self.yes + yes, self.no + no, self.yes_basis + yes_basis, self.no_basis + no_basis, self.realised
        )

    def gave(self, yes: int, no: int, proceeds: int) -> "Position":
        """After giving up shares of either side for `proceeds` µP in all."""
        if yes > self.yes or no > self.no:
            raise Conflict(
                "INSUFFICIENT_SHARES",
                "Name no more shares than you hold.",
                yes=str(self.yes),
                no=str(self.no),
            )
        yes_released = self.yes_basis * yes // self.yes if yes else 0
        no_released = self.no_basis * no // self.no if no else 0
        return Position(
            self.yes - yes,
            self.no - no,
            self.yes_basis - yes_released,
            self.no_basis - no_released,
            self.realised + proceeds - yes_released - no_released,
        )

    def gained(self, profit: int) -> "Position":
        """After a profit (or loss) that moves no shares of either outcome."""
        return Position(self.yes, self.no, self.yes_basis, self.no_basis, self.realised + profit)
