"""Lists, item by item."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
C_co = TypeVar("C_co", covariant=True)
T = TypeVar("T")
C = TypeVar("C")


class AnyPage(Protocol[T_co, C_co]):
    """Some items, and the cursor of the next page."""

    @property
    def items(self) -> Sequence[T_co]:
        """In their order."""
        ...

    @property
    def next_cursor(self) -> C_co | None:
        """None on the last page."""
        ...


async def every(read: Callable[[C | None], Awaitable[AnyPage[T, C]]]) -> AsyncIterator[T]:
    """All items; the next page is read when the last item of a page was taken. Raises PresageError."""
    cursor: C | None = None
    while True:
        page = await read(cursor)
        for item in page.items:
            yield item
        cursor = page.next_cursor
        if cursor is None:
            return
