"""The breaker of a market whose probability moves too far too fast, in points and not relative.

A trade that lifts the probability is held against the low of the window, and one that lowers it against the high. The
window of `PriceMoveRule.window` may reach back by up to one SLOT more, never less: a trip may come of a move that took
so much longer, and no move within the window goes unseen. The finest step is a millionth, as pools tell it.
"""

from datetime import datetime, timedelta

from domain.breakers.slots import require_window
from domain.breakers.trip import Breaker, Decision, Mode, Reset, Step, Trip, require_rule
from domain.breakers.window import NO_PRICES, PriceWindow
from domain.shared.administration import Actor
from domain.shared.ids import MarketId
from domain.shared.money import MILLION
from domain.shared.value import value

LONGEST_PAUSE = timedelta(days=1)

_PASS = Decision.PASS


@value
class PriceMoveRule:
    """A move of more than `threshold` millionths within `window` is told, and with `response` REJECT its order is
    refused, with HALT the market also pauses for `pause`.

    Raises Invalid when built with values out of bounds.
    """

    mode: Mode = Mode.ENFORCE
    response: Decision = Decision.ALERT
    threshold: int = 300_000
    window: timedelta = timedelta(minutes=5)
    pause: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        require_rule(self.response is not Decision.PASS, "Give the response as alert, reject or halt.")
        whole = type(self.threshold) is int
        require_rule(whole and 0 < self.threshold < MILLION, f"Give a threshold of 1 to {MILLION - 1} millionths.")
        require_window(self.window)
        longest = f"Give a pause of up to {LONGEST_PAUSE.days} day."
        require_rule(timedelta() < self.pause <= LONGEST_PAUSE, longest)


DEFAULT_RULE = PriceMoveRule()


@value
class PriceMove:
    """A market's window, the time until which it pauses, and that until which no other trip is told.

    A state that is the same object as before has nothing to be written.
    """

    window: PriceWindow = NO_PRICES
    paused_until: datetime | None = None
    quiet_until: datetime | None = None

    def admit(self, now: datetime, rule: PriceMoveRule = DEFAULT_RULE) -> Decision:
        """Whether the market takes orders at all."""
        if rule.mode is Mode.FORCED_OPEN:
            return Decision.REJECT
        if self.paused_until is None or now >= self.paused_until or not rule.mode.watching:
            return _PASS
        return rule.mode.allowed(Decision.REJECT)

    def judge(
        self, market_id: MarketId, before: int, after: int, now: datetime, rule: PriceMoveRule = DEFAULT_RULE
    ) -> Step["PriceMove"]:
        """A trade would take the probability from `before` to `after`, in millionths.

        Of the trips of a market one is told in each length of the window; a halt always is.
        """
        if before == after or not rule.mode.watching:
            return Step(self, _PASS)
        window = self.window.at(now, rule.window)
        if after > before:
            low, high = before, after
            moved = after - min(before, window.low, window.past_low)
        else:
            low, high = after, before
            moved = max(before, window.high, window.past_high) - after
        if moved <= rule.threshold:
            return Step(self._with(window.noting(low, high)), _PASS)
        trip = _trip(market_id, before, after, moved, now, rule)
        if trip.decision is Decision.HALT:
            return Step(PriceMove(paused_until=now + rule.pause), trip.decision, trip)
        state, told = self._told(now, rule)
        if trip.decision is Decision.ALERT:
            state = state._with(window.noting(low, high))
        return Step(state, trip.decision, trip if told else None)

    def _with(self, window: PriceWindow) -> "PriceMove":
        return self if window is self.window else PriceMove(window, self.paused_until, self.quiet_until)

    def _told(self, now: datetime, rule: PriceMoveRule) -> tuple["PriceMove", bool]:
        if self.quiet_until is not None and now < self.quiet_until:
            return self, False
        return PriceMove(self.window, self.paused_until, now + rule.window), True


NO_MOVES = PriceMove()


def reset(market_id: MarketId, actor: Actor, now: datetime) -> tuple[PriceMove, Reset]:
    """Let a market that pauses trade at once, with a window that starts afresh."""
    return NO_MOVES, Reset(Breaker.PRICE_MOVE, str(market_id), now, actor)


def _trip(market_id: MarketId, before: int, after: int, moved: int, now: datetime, rule: PriceMoveRule) -> Trip:
    evidence = {
        "before": before,
        "after": after,
        "moved": moved,
        "threshold": rule.threshold,
        "window_seconds": int(rule.window.total_seconds()),
        "response": rule.response.value,
    }
    decision = rule.mode.allowed(rule.response)
    return Trip(Breaker.PRICE_MOVE, str(market_id), now, rule.mode, decision, evidence)
