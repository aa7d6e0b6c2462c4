"""Pages of a list: bounded, and each with the cursor of the next one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.shared.errors import Invalid

MAX_PAGE = 200
"""The most that one page may hold."""

T = TypeVar("T")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Page(Generic[T, C]):
    """A part of a list; `next` is the cursor of the page after it, none on the last page."""

    items: Sequence[T]
    next: C | None


def require_limit(limit: int) -> int:
    """A page's limit, refused unless it is from 1 to MAX_PAGE. Raises Invalid."""
    if not 1 <= limit <= MAX_PAGE:
        raise Invalid("PAGE_LIMIT", f"Ask for 1 to {MAX_PAGE} at once.", maximum=MAX_PAGE)
    return limit


def one_more(limit: int) -> int:
    """How many to read for a page of `limit`: one more tells that another page follows. Raises Invalid."""
    return require_limit(limit) + 1


def page_of(found: Sequence[T], limit: int, cursor: Callable[[T], C]) -> Page[T, C]:
    """The page of `limit` in what was found with one more; `cursor` is where the list goes on after an item."""
    items = found[:limit]
    return Page(items, cursor(items[-1]) if len(found) > limit else None)


async def every_page(read: Callable[[C | None], Awaitable[Page[T, C]]]) -> AsyncIterator[Sequence[T]]:
    """All pages of a list, one after the other; `read` gives the page from a cursor on, the first one from None."""
    page = await read(None)
    yield page.items
    while page.next is not None:
        page = await read(page.next)
        yield page.items
