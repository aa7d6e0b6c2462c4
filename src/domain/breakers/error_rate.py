"""The breaker of a service of which too many requests fail."""

from datetime import datetime, timedelta

from domain.breakers.circuit import Circuit, CircuitRule
from domain.breakers.counts import Totals
from domain.breakers.slots import require_window
from domain.breakers.trip import SERVICE, Breaker, Decision, Step, require_rule
from domain.shared.money import BASIS_POINTS
from domain.shared.value import value


@value
class ErrorRateRule:
    """It trips where more than `rate_bps` basis points of the requests within `window` failed, of at least `least`.

    Raises Invalid when built with values out of bounds.
    """

    circuit: CircuitRule = CircuitRule(open_for=timedelta(minutes=1), trials=10)
    rate_bps: int = 500
    least: int = 100
    window: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        whole = type(self.rate_bps) is int and type(self.least) is int
        sound = whole and 0 <= self.rate_bps < BASIS_POINTS and self.least > 0
        require_rule(sound, f"Give a rate of 0 to {BASIS_POINTS - 1} basis points, of at least 1 request.")
        require_window(self.window)


DEFAULT_RULE = ErrorRateRule()


def tally(circuit: Circuit, totals: Totals, now: datetime, rule: ErrorRateRule = DEFAULT_RULE) -> Step[Circuit]:
    """Requests were counted, by this process or by all together; those of an earlier round change nothing."""
    over = totals.failures * BASIS_POINTS > rule.rate_bps * totals.requests
    if totals.round != circuit.round or totals.requests < rule.least or not over:
        return Step(circuit, Decision.PASS)
    evidence = {
        "requests": totals.requests,
        "failures": totals.failures,
        "rate_bps": rule.rate_bps,
        "window_seconds": int(rule.window.total_seconds()),
    }
    return circuit.trip(Breaker.ERROR_RATE, SERVICE, now, rule.circuit, evidence)
