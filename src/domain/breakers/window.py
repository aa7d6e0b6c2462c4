"""The lows and highs of a market's probability in the last minutes, in millionths."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.breakers.slots import slot_at
from domain.shared.money import MILLION
from domain.shared.value import value

Record = tuple[int, int, int]
"""A slot, and the low and the high in it."""


@value
class PriceWindow:
    """The newest slot in which a trade moved the probability, its low and its high, and the same of those before it.

    Between trades the probability stands still, and each trade notes where it stood: so a slot without trades needs
    no record, and the probability with which a window begins is in it however old it is. Of the past, the low and the
    high are kept too.
    """

    slot: int = 0
    low: int = MILLION
    high: int = 0
    past: tuple[Record, ...] = ()
    past_low: int = MILLION
    past_high: int = 0

    @classmethod
    def of(cls, records: Sequence[Record]) -> "PriceWindow":
        """The window of slots in their order, one at least."""
        *past, newest = records
        if not past:
            return cls(*newest)
        _, lows, highs = zip(*past, strict=True)
        return cls(*newest, tuple(past), min(lows), max(highs))

    @property
    def records(self) -> Sequence[Record]:
        """All slots in their order."""
        return *self.past, (self.slot, self.low, self.high)

    def at(self, now: datetime, length: timedelta) -> "PriceWindow":
        """As it is now: where a new slot has begun, without those that are older than `length`."""
        slot = slot_at(now)
        if slot <= self.slot:
            return self
        oldest = slot_at(now - length)
        return PriceWindow.of([*[record for record in self.records if record[0] >= oldest], (slot, MILLION, 0)])

    def noting(self, low: int, high: int) -> "PriceWindow":
        """With a low and a high in the newest slot."""
        if self.low <= low and high <= self.high:
            return self
        low, high = min(self.low, low), max(self.high, high)
        return PriceWindow(self.slot, low, high, self.past, self.past_low, self.past_high)


NO_PRICES = PriceWindow()
