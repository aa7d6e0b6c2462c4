"""The breaker of a market whose k fell: no trade may lower k, so one that does shows that a price is wrong."""

from datetime import datetime

from domain.breakers.trip import Breaker, Decision, Mode, Reset, Step, Trip
from domain.shared.administration import Actor
from domain.shared.ids import MarketId
from domain.shared.value import value


@value
class KInvariant:
    """Whether a market's k would have fallen, and when. In Mode.SHADOW this is remembered and halts nothing."""

    tripped_at: datetime | None = None

    def admit(self, mode: Mode) -> Decision:
        """Whether the market takes orders at all."""
        if mode is Mode.FORCED_OPEN:
            return Decision.REJECT
        return mode.allowed(Decision.REJECT) if self.tripped_at and mode.watching else Decision.PASS

    def judge(self, market_id: MarketId, before: int, after: int, now: datetime, mode: Mode) -> Step["KInvariant"]:
        """An order would take k from `before` to `after`. One that lowers it is refused in every mode.

        It trips once, until somebody sets it back.
        """
        if after >= before:
            return Step(self, Decision.PASS)
        if self.tripped_at or not mode.watching:
            return Step(self, Decision.REJECT)
        decision = Decision.HALT if mode is Mode.ENFORCE else Decision.REJECT
        evidence = {"k_before": str(before), "k_after": str(after)}
        trip = Trip(Breaker.K_INVARIANT, str(market_id), now, mode, decision, evidence)
        return Step(KInvariant(now), decision, trip)


def reset(market_id: MarketId, actor: Actor, now: datetime) -> tuple[KInvariant, Reset]:
    """Let the market trade again: only an administrator does, for a reason."""
    return KInvariant(), Reset(Breaker.K_INVARIANT, str(market_id), now, actor)
