"""What some markets came to: turnover, how they ended, who won and who lost. Reading takes no locks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.shared.ids import MarketId, UserId
from domain.shared.money import MILLION
from domain.trading.cpmm import Outcome, Pool
from domain.trading.market import Status


@dataclass(frozen=True, slots=True)
class Turnover:
    """Trades, and in µP: what traders paid and received for them, and the two parts of their fees."""

    trades: int
    volume: int
    vault_fees: int
    lp_fees: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a market stands, its outcome once resolved, and its pool as it was before any payout."""

    market_id: MarketId
    status: Status
    outcome: Outcome | None
    pool: Pool | None


@dataclass(frozen=True, slots=True)
class Result:
    """A user's realised profit in µP."""

    user_id: UserId
    profit: int


class MarketSummaries(Protocol):
    """Read access to the sums of some markets."""

    async def turnover(self, markets: Collection[MarketId]) -> Turnover:
        """The trades of all of them together."""
        ...

    async def endings(self, markets: Collection[MarketId]) -> Sequence[Ending]:
        """Each of them that exists, in the order of ids."""
        ...

    async def results(self, markets: Collection[MarketId], limit: int, *, best: bool) -> Sequence[Result]:
        """Traders by profit, best or worst first; equals in the order of ids. The treasury is not among them."""
        ...

    async def treasury_profit(self, markets: Collection[MarketId]) -> int:
        """What the treasury realised in them as liquidity provider and from fees, in µP."""
        ...


def brier_score(endings: Collection[Ending]) -> float | None:
    """The mean of (probability - outcome)² over resolved markets, 0 is perfect; none where none is resolved.

    Source: G. W. Brier, Verification of forecasts expressed in terms of probability, 1950, for two classes.
    """
    resolved = [(ending.pool, ending.outcome) for ending in endings if ending.pool and ending.outcome]
    if not resolved:
        return None
    errors = (pool.probability - (MILLION if outcome is Outcome.YES else 0) for pool, outcome in resolved)
    return sum(error * error for error in errors) / (len(resolved) * MILLION**2)
