"""Several things at a time, but never many."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
Do = Callable[[T], Awaitable[object]]


def groups(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in their order, in lists of at most `size`."""
    remaining = iter(items)
    while group := list(islice(remaining, size)):
        yield group


async def for_each(items: Iterable[T], at_once: int, do: Do[T], done: Callable[[int], None]) -> None:
    """Do something for each item, `at_once` at a time; on a failure begin no more. Raises the first failure."""
    for group in groups(items, at_once):
        outcomes = await asyncio.gather(*map(do, group), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        done(len(group))
