"""A clock, a source of names and a source of randomness that a test controls."""

from datetime import UTC, datetime, timedelta
from hashlib import shake_256
from uuid import UUID

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeClock:
    """Implements the Clock port: it stands still until it is moved."""

    def __init__(self, time: datetime = START) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time

    def advance(self, by: timedelta) -> None:
        self.time += by


class FakeIds:
    """Implements the Ids port: version 7 with a counter for the time and for the random part."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> UUID:
        self._count += 1
        return UUID(int=(self._count << 80) | (7 << 76) | (0b10 << 62) | self._count)


class FakeEntropy:
    """Implements the Entropy port: the same bytes in every run, and never the same twice."""

    def __init__(self) -> None:
        self._count = 0

    def draw(self, count: int) -> bytes:
        self._count += 1
        return shake_256(self._count.to_bytes(8, "big")).digest(count)

    def rewind(self) -> None:
        """Draw the same again, as no real source does."""
        self._count = 0
