"""Pages of lists."""

from typing import Annotated, Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic import Field, PlainValidator

from adapters.http.cursors import CURSOR_SCHEMA, cursor_of
from adapters.http.models.base import Answer, Request
from application.shared.pages import MAX_PAGE

DEFAULT_PAGE = 50

T = TypeVar("T", bound=Answer)


class IdCursor(NamedTuple):
    """The last item of a page that is sorted by id."""

    id: UUID


IdCursorText = Annotated[IdCursor, PlainValidator(cursor_of(IdCursor)), CURSOR_SCHEMA]


class Paged(Request):
    """How many at once; a `cursor` is the `nextCursor` of the page before, with all else as it was asked there."""

    limit: int = Field(default=DEFAULT_PAGE, ge=1, le=MAX_PAGE)


class ById(Paged):
    """A page of a list that is sorted by id."""

    cursor: IdCursorText | None = None


class PageAnswer(Answer, Generic[T]):
    """Some items of a list; `next_cursor` is none on the last page."""

    items: list[T]
    next_cursor: str | None
