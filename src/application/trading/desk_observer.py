"""Whoever wants to hear how the trading desk fares."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.trading.execute_orders import Answer
from domain.shared.errors import Unavailable


@dataclass(frozen=True, slots=True)
class AnsweredGroup:
    """The answers to a group of orders, in seconds how long the first of them had waited in line, and how long all
    took from there."""

    answers: Sequence[Answer]
    waited: float
    took: float


class DeskObserver(Protocol):
    """Hears of the desk, once for each group rather than for each order. It must not block."""

    def answered(self, group: AnsweredGroup) -> None:
        """A group was executed, and everybody in it answered."""
        ...

    def turned_away(self, refusal: Unavailable) -> None:
        """An order found no place in line."""
        ...


class Unwatched:
    """Tells nobody."""

    def answered(self, group: AnsweredGroup) -> None:
        """Nobody hears of it."""

    def turned_away(self, refusal: Unavailable) -> None:
        """Nobody hears of it."""
