"""Cursors as callers see them: opaque text, which is the last item's place in its list, in base64url."""

import re
from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

from pydantic import WithJsonSchema

from adapters.http.models.fields import refuse

MAX_LENGTH = 200

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BIGINT = 2**63
_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)

T = TypeVar("T", bound=tuple[Any, ...])

CURSOR_SCHEMA = WithJsonSchema(
    {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": "^[A-Za-z0-9_-]*$"}
)


def cursor_text(cursor: tuple[Any, ...] | None) -> str | None:
    """A cursor of integers, ids and times as text; none where there is none."""
    if cursor is None:
        return None
    return urlsafe_b64encode(".".join(map(_part, cursor)).encode()).rstrip(b"=").decode()


def cursor_of(kind: type[T]) -> Callable[[object], T]:
    """A validator that takes such a text, exactly as it was given out, as a NamedTuple of this kind."""
    make: Any = kind
    types = [getattr(hint, "__supertype__", hint) for hint in get_type_hints(kind).values()]

    def validate(given: object) -> T:
        try:
            parts = _parts(given)
            cursor: T = make(*(_READ[each](part) for each, part in zip(types, parts, strict=True)))
        except (ValueError, OverflowError):
            raise _unknown() from None
        if cursor_text(cursor) != given:
            raise _unknown()
        return cursor

    return validate


def _part(value: object) -> str:
    match value:
        case UUID():
            return value.hex
        case datetime():
            return str((value - _EPOCH) // _MICROSECOND)
        case _:
            return str(value)


def _parts(given: object) -> list[str]:
    if not isinstance(given, str) or len(given) > MAX_LENGTH:
        raise ValueError("no cursor")
    try:
        return b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True).decode("ascii").split(".")
    except Error as error:
        raise ValueError("not base64url") from error


def _number(part: str) -> int:
    if not _NUMBER.fullmatch(part) or not -_BIGINT <= int(part) < _BIGINT:
        raise ValueError("no number that a column holds")
    return int(part)


def _time(part: str) -> datetime:
    return _EPOCH + _number(part) * _MICROSECOND


_READ: dict[type, Callable[[str], object]] = {int: _number, UUID: UUID, datetime: _time}


def _unknown() -> Exception:
    return refuse("CURSOR", "Give the nextCursor of the page before as it was given, or leave it out.")
