"""The breaker of a process whose database pool has no connection to give in time.

It opens with the first checkout that waited in vain, so that nobody else waits for as long, and from then on lets one
probe at a time go and see; the first that gets a connection closes it.
"""

from datetime import datetime, timedelta

from domain.breakers.circuit import Answer, Circuit, CircuitRule
from domain.breakers.trip import Breaker, Decision, Step

DEFAULT_RULE = CircuitRule(open_for=timedelta(), trials=1, patience=timedelta(seconds=1))


def checked_out(
    circuit: Circuit,
    round_: int,
    answer: Answer,
    waited_ms: int,
    process: str,
    now: datetime,
    rule: CircuitRule = DEFAULT_RULE,
) -> Step[Circuit]:
    """What came of a checkout that was let through in a round; of an earlier round, it changes nothing."""
    concluded = circuit.conclude(round_, answer, now, rule)
    if answer is not Answer.FAILED or round_ != circuit.round:
        return Step(concluded, Decision.PASS)
    return concluded.trip(Breaker.DATABASE_POOL, process, now, rule, {"waited_ms": waited_ms})
