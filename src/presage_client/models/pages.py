"""Pages of lists."""

from typing import Generic, TypeVar
from uuid import UUID

from presage_client.models.base import Answer, Request

T = TypeVar("T", bound=Answer)


class Page(Answer, Generic[T]):
    """Some items of a list; `next_cursor` leads to the next page and is None on the last."""

    items: list[T]
    next_cursor: str | None


class PageById(Answer, Generic[T]):
    """A page whose cursor is the id of its last item."""

    items: list[T]
    next_cursor: UUID | None


class Paged(Request):
    """How many items at once, and from where on; everything else as it was asked for the page before."""

    limit: int | None = None
    cursor: str | None = None


class PagedById(Request):
    """How many items at once, and after which."""

    limit: int | None = None
    cursor: UUID | None = None
