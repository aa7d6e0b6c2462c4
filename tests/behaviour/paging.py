"""Reading a list page by page."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from application.shared.pages import Page, every_page

MOST_PAGES = 100
"""A list that goes in circles ends here."""

T = TypeVar("T")
C = TypeVar("C")


async def all_of(read: Callable[[C | None], Awaitable[Page[T, C]]], limit: int) -> list[T]:
    """Every item, from pages that are all full but the last."""
    pages: list[Sequence[T]] = []
    async for page in every_page(read):
        pages.append(page)
        assert len(pages) < MOST_PAGES, pages[:3]
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages[-1]) <= limit
    return [item for page in pages for item in page]
