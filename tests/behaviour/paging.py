"""Reading a list page by page."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from application.shared.pages import Page, every_page

T = TypeVar("T")
C = TypeVar("C")


async def all_of(read: Callable[[C | None], Awaitable[Page[T, C]]], limit: int) -> list[T]:
    """Every item, from pages that are all full but the last."""
    pages = [page async for page in every_page(read)]
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages[-1]) <= limit
    return [item for page in pages for item in page]
