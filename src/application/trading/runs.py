"""Sorted streams taken side by side."""

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import groupby
from typing import Any, Generic, TypeVar

from application.trading.journal import Pages

A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K")
T = TypeVar("T")

Run = tuple[K, list[T]]


class Runs(Generic[K, T]):
    """A sorted stream in runs of items with the same key; a run may be followed by another with that key."""

    def __init__(self, pages: Pages[T], key: Callable[[T], K]) -> None:
        self._runs = _runs(pages, key)
        self._next: Run[K, T] | None = None

    async def through(self, last: Any = None) -> AsyncIterator[Run[K, T]]:
        """The runs not taken yet, up to and with those of key `last`, or to the end."""
        while True:
            if self._next is None:
                self._next = await anext(self._runs, None)
            if self._next is None or (last is not None and self._next[0] > last):
                return
            run, self._next = self._next, None
            yield run


async def _runs(pages: Pages[T], key: Callable[[T], K]) -> AsyncIterator[Run[K, T]]:
    async for page in pages:
        for found, items in groupby(page, key):
            yield found, list(items)


async def paired(
    left: Iterator[tuple[Any, A]], right: AsyncIterator[tuple[Any, B]]
) -> AsyncIterator[tuple[Any, A | None, B | None]]:
    """Two sorted streams by key, None where one of them lacks it."""
    one, other = next(left, None), await anext(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield *one, None
            one = next(left, None)
        elif one is None or other[0] < one[0]:
            yield other[0], None, other[1]
            other = await anext(right, None)
        else:
            yield *one, other[1]
            one, other = next(left, None), await anext(right, None)
