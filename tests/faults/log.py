"""The clients' own record of what they asked and what they were told, kept where nothing is killed."""

import time
from dataclasses import dataclass, field

from domain.trading.orders import Order
from tests.faults.wire import Answer, Broken, Receipt, Refusal


@dataclass(slots=True)
class Log:
    """Orders by name and their first answers; `retries` counts what was sent again because no answer came.

    A key is its order's name, followed by a dot and the number of the try where every try has a key of its own.
    """

    orders: dict[str, Order] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retries: int = 0
    longest_silence: float = 0.0
    _last_heard: float = field(default_factory=time.monotonic)

    def answered(self, name: str, answer: Answer) -> None:
        """Keep the answer to an order; a later answer has to be the same."""
        self._hear()
        if isinstance(answer, Broken):
            self.broken.append(f"{name}: {answer.error}")
            return
        known = self.receipts.get(name) or self.refusals.get(name)
        if known is None:
            self._keep(name, answer)
        elif known != answer:
            self.changed.append(f"{name}: first {known}, then {answer}")

    def _keep(self, name: str, answer: Answer) -> None:
        if isinstance(answer, Receipt):
            self.receipts[name] = answer
        elif isinstance(answer, Refusal):
            self.refusals[name] = answer

    @property
    def filled(self) -> int:
        """Orders acknowledged as filled."""
        return len(self.receipts)

    @property
    def learnt_late(self) -> int:
        """Trades that had been committed before anybody was told."""
        return sum(receipt.repeated for receipt in self.receipts.values())

    @property
    def unanswered(self) -> list[str]:
        """Orders that nobody ever answered."""
        return [name for name in self.orders if name not in self.receipts and name not in self.refusals]

    def _hear(self) -> None:
        now = time.monotonic()
        self.longest_silence = max(self.longest_silence, now - self._last_heard)
        self._last_heard = now


def name_of(key: str) -> str:
    """The name of the order that a key stands for."""
    return key.partition(".")[0]
