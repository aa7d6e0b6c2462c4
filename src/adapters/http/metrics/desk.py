"""What Prometheus is told of the trading desk."""

from collections import Counter as Tally
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram

from application.trading.desk_observer import AnsweredGroup
from application.trading.execute_orders import Answer, Placed
from domain.shared.errors import PresageError, Unavailable

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)

FAULT = "INTERNAL"
"""The code of what nobody foresaw."""

_FROM_THE_START = (FAULT, "DESK_FULL")
"""Codes that are there before they are needed, so that the first one is seen to be added."""


class DeskMetrics:
    """Implements the DeskObserver port."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        trades = Counter("trades", "Orders that were filled, each once.", ["action"], registry=registry)
        refusals = Counter("trade_refusals", "Orders that were refused.", ["code"], registry=registry)
        self._size = Histogram("desk_group_orders", "Orders of a group.", registry=registry, buckets=SIZES)
        self._waited = Histogram(
            "desk_wait_seconds",
            "How long the first order of a group had waited in line.",
            registry=registry,
            buckets=SECONDS,
        )
        self._took = Histogram(
            "desk_group_seconds", "How long a group took to be executed.", registry=registry, buckets=SECONDS
        )
        self._trades = cache(trades.labels)
        self._refusals = cache(refusals.labels)
        for code in _FROM_THE_START:
            self._refusals(code)

    def answered(self, group: AnsweredGroup) -> None:
        """A group was executed; repeats of earlier answers are not counted again."""
        self._size.observe(len(group.answers))
        self._waited.observe(group.waited)
        self._took.observe(group.took)
        new = [answer for answer in group.answers if not getattr(answer, "repeated", False)]
        for action, count in Tally(answer.entry.action for answer in new if isinstance(answer, Placed)).items():
            self._trades(action).inc(count)
        for code, count in Tally(_code(answer) for answer in new if not isinstance(answer, Placed)).items():
            self._refusals(code).inc(count)

    def turned_away(self, refusal: Unavailable) -> None:
        """An order found no place in line."""
        self._refusals(refusal.code).inc()


def _code(answer: Answer) -> str:
    return answer.code if isinstance(answer, PresageError) else FAULT
