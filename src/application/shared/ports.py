"""What every use case may ask of the world."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present moment, with its time zone."""
        ...


class Ids(Protocol):
    """New names for new things."""

    def new(self) -> UUID:
        """A UUID that sorts after earlier ones (RFC 9562, version 7)."""
        ...


class Entropy(Protocol):
    """What nobody can guess."""

    def draw(self, count: int) -> bytes:
        """So many bytes from a source fit for secrets."""
        ...
