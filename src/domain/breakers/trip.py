"""What all circuit breakers share: their modes, what they decide, and the records of a trip and of a reset."""

from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from domain.shared.administration import Actor, Facts
from domain.shared.errors import Invalid
from domain.shared.value import value

SERVICE = "service"
"""The scope of a breaker that all processes share."""


class Breaker(StrEnum):
    """What is watched."""

    K_INVARIANT = "k_invariant"
    PRICE_MOVE = "price_move"
    ERROR_RATE = "error_rate"
    DATABASE_POOL = "database_pool"


class Decision(StrEnum):
    """What becomes of an order or a request; of one that is let through with ALERT, people are told."""

    PASS = "pass"
    ALERT = "alert"
    REJECT = "reject"
    HALT = "halt"

    @property
    def lets_through(self) -> bool:
        """Whether it may go on."""
        return self is Decision.PASS or self is Decision.ALERT


class Mode(StrEnum):
    """How far a breaker may go: all the way, telling people only, refusing everything, or nothing at all."""

    ENFORCE = "enforce"
    SHADOW = "shadow"
    FORCED_OPEN = "forced_open"
    DISABLED = "disabled"

    @property
    def watching(self) -> bool:
        """Whether it looks at what happens; in the other modes its state never changes."""
        return self is Mode.ENFORCE or self is Mode.SHADOW

    def allowed(self, decision: Decision) -> Decision:
        """What is left of a decision in this mode."""
        return Decision.ALERT if self is Mode.SHADOW else decision


@value
class Trip:
    """A breaker found what it watches for. `scope` is a market's id, SERVICE or a process; `decision` is what it did.

    `evidence` has the figures that it saw.
    """

    breaker: Breaker
    scope: str
    at: datetime
    mode: Mode
    decision: Decision
    evidence: Facts


@value
class Reset:
    """An administrator set a breaker back."""

    breaker: Breaker
    scope: str
    at: datetime
    actor: Actor


S = TypeVar("S")


class Step(NamedTuple, Generic[S]):
    """A breaker's state after an event, what it decides, and the trip that is to be recorded and told, if any."""

    state: S
    decision: Decision
    trip: Trip | None = None


def require_rule(sound: bool, advice: str) -> None:
    """Refuse settings of a breaker. Raises Invalid."""
    if not sound:
        raise Invalid("BREAKER_RULE", advice)
