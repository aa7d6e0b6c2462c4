"""Lists that a report may cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """As many items as a report shows, and how many there are."""

    items: Sequence[T]
    number: int

    @property
    def whole(self) -> bool:
        """Whether all are shown."""
        return len(self.items) == self.number
