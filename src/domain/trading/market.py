"""A market's terms and its life: DRAFT → ACTIVE ⇄ PAUSED → RESOLVED | CANCELLED."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import MarketId
from domain.shared.money import BASIS_POINTS
from domain.shared.times import require_time
from domain.shared.value import value
from domain.trading.cpmm import Outcome, require_outcome

MAX_FEE_BPS = 1_000
"""The highest trading fee a market may charge: 10 %."""


class Status(StrEnum):
    """Where a market stands."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    RESOLVED = "RESOLVED"
    CANCELLED = "CANCELLED"

    @property
    def ended(self) -> bool:
        """Whether only settlement is left."""
        return self in (Status.RESOLVED, Status.CANCELLED)


_ADVICE = {
    Status.DRAFT: ("MARKET_NOT_OPEN", "Wait until the market is approved."),
    Status.PAUSED: ("MARKET_PAUSED", "Trading is paused; try again when it resumes."),
    Status.RESOLVED: ("MARKET_RESOLVED", "The market is resolved; choose another."),
    Status.CANCELLED: ("MARKET_CANCELLED", "The market is cancelled; choose another."),
}


@value
class Market:
    """The terms that a trade needs. `fee_bps` is charged on the amount; of the fee, `lp_fee_bps` (basis points
    of the fee) go to the liquidity providers and the rest to the vault. `outcome` stands once resolved.

    Raises Invalid when built with terms out of bounds.
    """

    id: MarketId
    status: Status
    closes_at: datetime
    fee_bps: int
    lp_fee_bps: int
    outcome: Outcome | None = None
    settled: bool = False

    def __post_init__(self) -> None:
        whole = type(self.fee_bps) is int and type(self.lp_fee_bps) is int
        if not whole or not 0 <= self.fee_bps <= MAX_FEE_BPS or not 0 <= self.lp_fee_bps <= BASIS_POINTS:
            raise Invalid(
                "FEE_OUT_OF_BOUNDS",
                f"Give fee_bps from 0 to {MAX_FEE_BPS} and lp_fee_bps from 0 to {BASIS_POINTS}, as whole numbers.",
            )
        require_time(self.closes_at, "closes_at")
        if (self.status is Status.RESOLVED) != (self.outcome is not None):
            raise Invalid("OUTCOME_MISPLACED", "A resolved market, and no other, has an outcome.")

    def require_open(self, now: datetime) -> None:
        """Refuse a trade unless the market is active and has not closed. Raises Conflict."""
        self.require_active()
        if now >= self.closes_at:
            raise Conflict(
                "MARKET_CLOSED", "Trading has ended; wait for the result.", closes_at=self.closes_at.isoformat()
            )

    def require_active(self) -> None:
        """Refuse unless the market is active, closed for trading or not. Raises Conflict."""
        if self.status is not Status.ACTIVE:
            code, advice = _ADVICE[self.status]
            raise Conflict(code, advice, status=self.status)

    def approve(self, now: datetime) -> "Market":
        """DRAFT → ACTIVE. Raises Conflict."""
        approved = self._to(Status.ACTIVE, Status.DRAFT)
        if now >= self.closes_at:
            raise Conflict("MARKET_CLOSED", "Its closing time has passed; give a later one first.")
        return approved

    def pause(self) -> "Market":
        """ACTIVE → PAUSED. Raises Conflict."""
        return self._to(Status.PAUSED, Status.ACTIVE)

    def resume(self) -> "Market":
        """PAUSED → ACTIVE. Raises Conflict."""
        return self._to(Status.ACTIVE, Status.PAUSED)

    def close(self, now: datetime) -> "Market":
        """End trading now; the market then waits for its result. Raises Conflict."""
        self._require(Status.ACTIVE, Status.PAUSED)
        return replace(self, closes_at=min(now, self.closes_at))

    def resolve(self, outcome: Outcome) -> "Market":
        """ACTIVE | PAUSED → RESOLVED. Raises Invalid and Conflict."""
        require_outcome(outcome)
        return self._to(Status.RESOLVED, Status.ACTIVE, Status.PAUSED, outcome=outcome)

    def cancel(self) -> "Market":
        """DRAFT | ACTIVE | PAUSED → CANCELLED. Raises Conflict."""
        return self._to(Status.CANCELLED, Status.DRAFT, Status.ACTIVE, Status.PAUSED)

    def withdraw(self) -> "Market":
        """DRAFT → CANCELLED, with nothing to pay. Raises Conflict."""
        return replace(self._to(Status.CANCELLED, Status.DRAFT), settled=True)

    def require_editable(self) -> None:
        """Refuse an edit of a market that has ended. Raises Conflict."""
        self._require(Status.DRAFT, Status.ACTIVE, Status.PAUSED)

    def settle(self) -> "Market":
        """Mark an ended market as paid out. Raises Conflict."""
        self._require(Status.RESOLVED, Status.CANCELLED)
        return replace(self, settled=True)

    def _to(self, status: Status, *allowed: Status, outcome: Outcome | None = None) -> "Market":
        self._require(*allowed)
        return replace(self, status=status, outcome=outcome)

    def _require(self, *allowed: Status) -> None:
        if self.status not in allowed:
            raise Conflict(
                "MARKET_STATUS",
                f"The market is {self.status}; this needs {' or '.join(allowed)}.",
                status=self.status,
            )
